import { describe, expect, it } from 'vitest';
import { webShellDetector } from '../../src/webshell/detector.js';

const detector = webShellDetector();
const rules = (name: string, page: string | Buffer) =>
  detector.inspect({ path: `srv/app/${name}`, bytes: Buffer.from(page) }).map(({ rule }) => rule);

const COMMAND = '<% Runtime.getRuntime().exec(request.getParameter("c")); %>';
const utf32 = (text: string) =>
  Buffer.from([...text].flatMap((character) => [0, 0, 0, character.charCodeAt(0)]));

describe('a page that hides what it is', () => {
  it.each([
    [
      'UTF-16 behind a head in ASCII',
      Buffer.concat([
        Buffer.from('<%@ page contentType="charset=UTF-16LE" %>'),
        Buffer.from(COMMAND, 'utf16le'),
      ]),
    ],
    ['UTF-32', utf32(COMMAND)],
  ])('is read in %s', (_, page) => {
    expect(rules('a.jsp', page)).toEqual(['webshell.request-to-command']);
  });

  it('is found for a code of mainframes', () => {
    expect(rules('a.jsp', '<%@ page contentType="text/html;charset=IBM037" %>\x4c\x6c')).toEqual([
      'webshell.hidden-page',
    ]);
    expect(rules('a.jsp', '<%@ page contentType="text/html;charset=windows-1252" %><%= 1 %>')).toEqual([]);
  });

  it('is found for a program that it carries', () => {
    const program = `4d5a90000300000004000000ffff0000${'b8'.repeat(40)}`;
    expect(rules('a.jsp', `<% String p = "${program}"; %>`)).toEqual(['webshell.hidden-program']);
    expect(rules('a.asp', `<% p = "${program}" %>`)).toEqual(['webshell.hidden-program']);
  });
});

describe('a JSP page that does more than pages do', () => {
  it.each([
    [
      'calls what the request names, in an expression',
      `\${""[param.a]()[param.b](param.c)}`,
      'request-to-code',
    ],
    [
      'defines a class by an old name of the method',
      '<% new L().defineClass0("A", data).getMethod("f").invoke(null, request.getParameter("c")); %>',
      'request-to-code',
    ],
    [
      'looks for requests in the threads of the server',
      '<% Thread.currentThread().getThreadGroup(); Field f = c.getDeclaredField("threads"); f.setAccessible(true); %>',
      'memory-shell',
    ],
    [
      'listens to the server from inside',
      '<% Field f = r.getClass().getDeclaredField("request"); f.setAccessible(true); context.addApplicationEventListener(l); %>',
      'memory-shell',
    ],
    [
      'rewrites a library of the server',
      '<% String home = System.getenv("CATALINA_HOME"); JarFile j = new JarFile(f); new FileOutputStream(f).write(b); %>',
      'memory-shell',
    ],
    ['loads a library of the host', '<% System.load("/tmp/x.so"); %>', 'hidden-command'],
    [
      'has a bean call any method',
      '<% new java.beans.Expression(o, request.getParameter("m"), a).getValue(); %>',
      'hidden-command',
    ],
    [
      'shows any table',
      '<% r = s.executeQuery("select table_name from all_tables"); r = s.executeQuery("select * from " + request.getParameter("t")); %>',
      'request-to-database',
    ],
    [
      'opens the way to the filters of the server',
      '<% Field f = Class.forName("org.apache.catalina.core.ApplicationFilterChain").getDeclaredField("lastServicedRequest"); f.setAccessible(true); %>',
      'memory-shell',
    ],
    [
      'unpacks a page from a text of a URL',
      '<% String z = URLDecoder.decode("%52%75%6e%74%69%6d%65%2e%67%65%74%52%75%6e%74%69%6d%65%28%29%2e%65%78%65%63%28%72%65%71%75%65%73%74%2e%67%65%74%50%61%72%61%6d%65%74%65%72%28"); %>',
      'request-to-command',
    ],
  ])('is found when it %s', (_, page, rule) => {
    expect(rules('a.jsp', page)).toEqual([`webshell.${rule}`]);
  });
});

describe('an ASP page that reaches for its host', () => {
  it.each([
    [
      'runs machine code',
      'a.aspx',
      '<script runat="server">[DllImport("kernel32")] static extern IntPtr VirtualAlloc(IntPtr a, UIntPtr s, int t, IntPtr p);</script>',
      'machine-code',
    ],
    [
      'runs PowerShell',
      'a.aspx',
      '<script runat="server">var r = RunspaceFactory.CreateRunspace(); r.CreatePipeline().Commands.AddScript(box.Text);</script>',
      'request-to-command',
    ],
    [
      'shows what a command prints',
      'a.asp',
      '<% Set s = CreateObject("WScript.Shell")\nSet c = s.Exec("whoami /all")\nResponse.Write c.StdOut.ReadAll() %>',
      'fixed-command',
    ],
    [
      'starts a process as another user',
      'a.aspx',
      '<script runat="server">[DllImport("advapi32")] static extern bool DuplicateTokenEx(IntPtr t, out IntPtr d);</script>',
      'machine-code',
    ],
    [
      'starts the program of a field',
      'a.aspx',
      '<script runat="server">Process p = new Process(); p.StartInfo.FileName = name.Value; p.StartInfo.Arguments = more.Value;</script>',
      'request-to-command',
    ],
    [
      'starts a shell by itself',
      'a.aspx',
      '<%@ Page Language="C#" %><% var p = new Process(); p.StartInfo.FileName = "cmd.exe"; p.Start(); %>',
      'fixed-command',
    ],
    [
      'calls an assembly with what it is sent',
      'a.aspx',
      '<% string r = Request.Form["d"]; var a = Assembly.Load(bytes); a.CreateInstance("S").GetType().GetMethod("Run").Invoke(o, r); %>',
      'request-to-code',
    ],
    [
      'hides the names of what it calls',
      'a.aspx',
      '<%@ Page Language="C#" %><% var t = assembly.GetType(names[0]); t.GetProperty(names[1]).SetValue(o, Request["c"]); var o = Activator.CreateInstance(t); t.GetMethod(names[2]).Invoke(o, null); %>',
      'hidden-command',
    ],
    [
      'makes an account',
      'a.aspx',
      '<% var u = new UserPrincipal(context, "x", "y", true); u.Save(); GroupPrincipal.FindByIdentity(context, "Administrators").Members.Add(u); %>',
      'adds-account',
    ],
    [
      'spells a program by its characters',
      'a.asp',
      '<% p = Chr(77)&Chr(90)&Chr(144)&Chr(0)&Chr(3) %>',
      'hidden-program',
    ],
    [
      'lists accounts',
      'a.asp',
      '<% Set c = GetObject("WinNT://127.0.0.1")\nFor Each a In c\nIf (a.Class = "User") Then Response.Write a.Name\nNext %>',
      'registry-read',
    ],
    [
      'carries an assembly',
      'a.aspx',
      '<% object o = Assembly.Load(Convert.FromBase64String("TV")).CreateInstance("G"); %>',
      'hidden-class',
    ],
    [
      'answers for pages that do not exist',
      'a.aspx',
      '<%@ Page Language="C#" %><% var f = typeof(H).GetField("x", BindingFlags.Static); HostingEnvironment.RegisterVirtualPathProvider(p); %>',
      'memory-shell',
    ],
  ])('is found when it %s', (_, name, page, rule) => {
    expect(rules(name, page)).toEqual([`webshell.${rule}`]);
  });

  it('is not found for a shell object that runs nothing for anybody to see', () => {
    expect(
      rules('a.asp', '<% Set s = CreateObject("WScript.Shell")\nd = s.SpecialFolders("Desktop") %>'),
    ).toEqual([]);
  });
});
