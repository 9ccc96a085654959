/** The page's style sheet: calm, for a screen at night, a projector and paper. No fonts or pictures are fetched. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f7f7f5;--card:#fff;--ink:#1c2126;--soft:#5c6670;--faint:#e3e5e2;--line:#d5d8d4;
--crit:#a3123a;--high:#b4490f;--med:#8a6a00;--low:#2f6690;--info:#6b747c;--good:#1f6f4a;--goodbg:#e6f3ec;--warn:#8a5a00;--warnbg:#fbf1dc;
--bad:#a3123a;--badbg:#fbe7ec;--accent:#2b5c8a;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1b1f23;--ink:#e4e7ea;--soft:#9aa4ad;--faint:#262b30;--line:#323940;
--crit:#ff7d9c;--high:#f59a62;--med:#dcb94f;--low:#7fb6e0;--info:#8d979f;--good:#6fcf9f;--goodbg:#16291f;--warn:#e0b35c;--warnbg:#2b2413;
--bad:#ff7d9c;--badbg:#30161d;--accent:#86b7e3}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header.top{max-width:1120px;margin:0 auto;padding:0 24px}
header.top{padding-top:36px;padding-bottom:8px}
h1{font-size:1.7rem;line-height:1.25;margin:.2em 0 .35em;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere;text-wrap:balance}
h2{font-size:1.2rem;margin:2.6rem 0 .9rem;font-weight:650;scroll-margin-top:64px}
h3{font-size:.8rem;margin:0 0 .45rem;font-weight:650;color:var(--soft);text-transform:uppercase;letter-spacing:.06em}
p{margin:.3em 0}
a{color:var(--accent)}
.sub,.soft{color:var(--soft)}
.small{font-size:.86rem}
code,.mono,pre{font-family:var(--mono);font-size:.84em;overflow-wrap:anywhere}
nav{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line)}
nav ul{max-width:1120px;margin:0 auto;padding:9px 24px;list-style:none;display:flex;gap:20px;overflow-x:auto;font-size:.9rem;white-space:nowrap}
nav a{text-decoration:none;color:var(--soft)}
nav a:hover,nav a:focus-visible{color:var(--ink);text-decoration:underline}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin:0 0 14px}
.verdict{display:flex;gap:16px;align-items:flex-start;border-radius:12px;padding:20px 22px;border:1px solid;margin:14px 0}
.verdict .word{font-size:1.5rem;font-weight:700;line-height:1.2;white-space:nowrap}
.verdict.yes{background:var(--goodbg);border-color:var(--good)}.verdict.yes .word{color:var(--good)}
.verdict.partly{background:var(--warnbg);border-color:var(--warn)}.verdict.partly .word{color:var(--warn)}
.verdict.no{background:var(--badbg);border-color:var(--bad)}.verdict.no .word{color:var(--bad)}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:14px}
.grid .card{margin:0}.grid dl{grid-template-columns:minmax(80px,auto) 1fr;font-size:.92rem}
ul.plain{margin:0;padding:0;list-style:none}
ul.plain li{padding:.22em 0;overflow-wrap:anywhere}
ul.plain li+li{border-top:1px solid var(--faint)}
dl{display:grid;grid-template-columns:minmax(130px,210px) 1fr;gap:.35em 18px;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.badge{display:inline-block;min-width:5.2em;text-align:center;font-size:.72rem;font-weight:650;letter-spacing:.03em;text-transform:uppercase;border:1px solid currentColor;border-radius:99px;padding:1px 8px}
.critical{color:var(--crit)}.high{color:var(--high)}.medium{color:var(--med)}.low{color:var(--low)}.info{color:var(--info)}
.succeeded{color:var(--good)}.failed{color:var(--bad)}.skipped,.pending,.running{color:var(--warn)}
.chip{display:inline-block;font-size:.78rem;border:1px solid var(--line);border-radius:6px;padding:0 6px;margin:0 4px 2px 0;color:var(--soft)}
.bar{height:5px;border-radius:3px;background:var(--faint);overflow:hidden;width:84px;display:inline-block;vertical-align:middle}
.bar i{display:block;height:100%;background:var(--accent)}
ol.story{list-style:none;margin:0;padding:0 0 0 20px;border-left:2px solid var(--line)}
ol.story>li{position:relative;padding:0 0 22px}
ol.story>li:before{content:"";position:absolute;left:-26px;top:8px;width:10px;height:10px;border-radius:50%;background:var(--accent);box-shadow:0 0 0 4px var(--bg)}
ol.story h3{font-size:1rem;color:var(--ink);text-transform:none;letter-spacing:0;margin:0}
ol.story ul{margin:.3em 0 0;padding-left:1.1em}
ol.story li li{padding:.08em 0;overflow-wrap:anywhere}
details.obs{border:1px solid var(--line);border-radius:8px;background:var(--card);margin:0 0 7px}
details.obs>summary{display:grid;grid-template-columns:auto 1fr auto;gap:12px;align-items:baseline;cursor:pointer;padding:9px 14px;list-style:none}
details.obs>summary::-webkit-details-marker{display:none}
details.obs>summary:focus-visible,a:focus-visible,input:focus-visible,button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
details.obs .body{padding:2px 14px 14px;border-top:1px solid var(--faint)}
.t{overflow-wrap:anywhere}
time{font-family:var(--mono);font-size:.8rem;color:var(--soft);white-space:nowrap}
pre{background:var(--faint);border-radius:6px;padding:9px 12px;margin:.6em 0;white-space:pre-wrap}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th{text-align:left;color:var(--soft);font-weight:600;border-bottom:1px solid var(--line);padding:5px 12px 5px 0;white-space:nowrap}
td{vertical-align:top;border-bottom:1px solid var(--faint);padding:5px 12px 5px 0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
.controls{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:0 0 10px}
input[type=search]{flex:1 1 240px;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:6px 12px}
button{font:inherit;font-size:.86rem;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:4px 11px;cursor:pointer}
button[aria-pressed=false]{color:var(--soft);opacity:.65;text-decoration:line-through}
.lanes{display:block;width:100%;height:auto;background:var(--card);border:1px solid var(--line);border-radius:10px;margin:0 0 10px}
.list{position:relative;height:460px;overflow-y:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
.list .row{position:absolute;left:0;right:0;display:grid;grid-template-columns:176px 108px 1fr;gap:12px;height:30px;line-height:30px;padding:0 14px;font-size:.86rem;border-bottom:1px solid var(--faint)}
.list .row>*{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.list .lane{color:var(--soft)}
footer{max-width:1120px;margin:40px auto 60px;padding:0 24px;color:var(--soft);font-size:.84rem}
.skip{position:absolute;left:-999px}.skip:focus{left:12px;top:8px;background:var(--card);padding:6px 12px;z-index:9}
@media (max-width:720px){details.obs>summary{grid-template-columns:auto 1fr}details.obs>summary time{grid-column:2}dl{grid-template-columns:1fr;gap:0 0}dd{margin-bottom:.5em}.verdict{flex-direction:column;gap:6px}.list .row{grid-template-columns:150px 1fr}.list .lane{display:none}}
@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--faint:#e8e8e8}nav,.controls,.skip,.lanes{display:none}body{font-size:10.5pt}
.card,details.obs,.verdict,ol.story>li{break-inside:avoid}.list{height:auto;overflow:visible}.list .row{position:static}h2{break-after:avoid}details.obs>.body{display:block}}
`;
