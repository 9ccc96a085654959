/**
 * The page's own script: filter, lanes and a list that draws only what is seen. It sets text and never markup, asks
 * the network for nothing, and the page is complete without it.
 */
export const SCRIPT = `
(async()=>{'use strict';
const $=id=>document.getElementById(id),raw=$('events');
async function unpack(){if(raw.type!=='application/gzip')return JSON.parse(raw.textContent);
 const bytes=Uint8Array.from(atob(raw.textContent),c=>c.charCodeAt(0));
 return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json()}
const data=await unpack(),E=data.events,L=data.lanes;raw.remove();
if(!E.length)return;
const list=$('list'),chart=$('chart'),H=30,hay=E.map(e=>(e[2]+' '+e[3]+' '+e[5]+' '+L[e[1]]).toLowerCase());
const off=new Set();let shown=E.map((_,i)=>i);
document.querySelector('.controls').hidden=list.hidden=chart.hidden=false;$('static').hidden=true;
const stamp=t=>{const d=new Date(t);return isNaN(d)?'':d.toISOString().replace('T',' ').slice(0,19)};
const el=(tag,cls,text)=>{const n=document.createElement(tag);if(cls)n.className=cls;if(text!==undefined)n.textContent=text;return n};
const spacer=el('div');list.append(spacer);
function draw(){
 const from=Math.max(0,Math.floor(list.scrollTop/H)-6),to=Math.min(shown.length,from+Math.ceil(list.clientHeight/H)+12);
 while(spacer.firstChild)spacer.firstChild.remove();
 for(let k=from;k<to;k++){const e=E[shown[k]],r=el('div','row');r.style.top=k*H+'px';
  r.append(el('time','',stamp(e[0])),el('span','lane',L[e[1]]),el('span',e[4],e[3]));
  r.title=e[2]+'\\n'+e[3]+(e[5]?'\\n'+e[5]:'');spacer.append(r)}
}
function plot(){
 const w=chart.clientWidth||1000,rows=L.filter((_,i)=>!off.has(i)),h=26*rows.length+26,ratio=window.devicePixelRatio||1;
 chart.width=w*ratio;chart.height=h*ratio;chart.style.height=h+'px';
 const c=chart.getContext('2d'),css=getComputedStyle(document.documentElement),v=n=>css.getPropertyValue(n).trim();
 c.scale(ratio,ratio);c.font='12px system-ui,sans-serif';
 const x0=104,x1=w-14,t0=lo,t1=Math.max(hi,lo+1),X=t=>x0+(t-t0)/(t1-t0)*(x1-x0);
 const place=new Map();L.forEach((n,i)=>{if(!off.has(i))place.set(i,place.size)});
 place.forEach((p,i)=>{c.fillStyle=v('--soft');c.fillText(L[i],12,p*26+22);c.fillStyle=v('--faint');c.fillRect(x0,p*26+17,x1-x0,1)});
 const bins=new Map(),points=[];
 for(const i of shown){const e=E[i];if(e[0]<t0||e[0]>t1)continue;if(e[4]&&e[4]!=='low'){points.push(e);continue}
  const k=e[1]+':'+Math.floor(X(e[0])/3);bins.set(k,(bins.get(k)||0)+1)}
 c.fillStyle=v('--accent');
 bins.forEach((n,k)=>{const[a,b]=k.split(':').map(Number),s=Math.min(20,4+3*Math.log2(1+n));c.globalAlpha=Math.min(.9,.35+.1*n);c.fillRect(b*3,place.get(a)*26+17-s/2,2.4,s)});
 c.globalAlpha=1;
 for(const e of points){c.fillStyle=v(e[4]==='critical'?'--crit':e[4]==='high'?'--high':'--med');c.beginPath();c.arc(X(e[0]),place.get(e[1])*26+17,4,0,7);c.fill()}
 c.fillStyle=v('--soft');for(let k=0;k<=4;k++){const t=t0+(t1-t0)*k/4;c.textAlign=k===0?'left':k===4?'right':'center';c.fillText(stamp(t).slice(0,16),X(t),h-6)}
 c.textAlign='left';
}
const times=E.map(e=>e[0]);let lo=times[0],hi=times[times.length-1];
function focus(){if(!data.focus)return;lo=Math.max(times[0],data.focus[0]);hi=Math.max(lo+1,data.focus[1])}
function apply(keep){
 const words=$('q').value.toLowerCase().split(/\\s+/).filter(Boolean);
 shown=[];for(let i=0;i<E.length;i++){const e=E[i];if(off.has(e[1])||e[0]<lo||e[0]>hi)continue;
  let ok=true;for(const w of words)if(hay[i].indexOf(w)<0){ok=false;break}if(ok)shown.push(i)}
 spacer.style.height=shown.length*H+'px';if(!keep)list.scrollTop=0;$('count').textContent=shown.length+' of '+E.length;draw();plot();
}
L.forEach((n,i)=>{const b=el('button','',n);b.type='button';b.setAttribute('aria-pressed','true');
 b.onclick=()=>{off.has(i)?off.delete(i):off.add(i);b.setAttribute('aria-pressed',String(!off.has(i)));apply()};$('lanes-control').append(b,' ')});
const all=el('button','','Whole time'),hot=el('button','','Intrusion');all.type=hot.type='button';
all.onclick=()=>{lo=times[0];hi=times[times.length-1];apply()};hot.onclick=()=>{focus();apply()};
$('lanes-control').append(all,' ',hot);
let down=null;chart.onpointerdown=e=>{down=e.offsetX};
chart.onpointerup=e=>{if(down===null)return;const x0=104,x1=chart.clientWidth-14,T=x=>lo+(Math.min(x1,Math.max(x0,x))-x0)/(x1-x0)*(hi-lo),a=Math.min(down,e.offsetX),b=Math.max(down,e.offsetX);down=null;
 if(b-a>6){const n=[T(a),T(b)];lo=n[0];hi=n[1];apply()}};
list.addEventListener('scroll',draw,{passive:true});$('q').addEventListener('input',()=>apply());addEventListener('resize',()=>{draw();plot()});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change',plot);
addEventListener('beforeprint',()=>{$('static').hidden=false;list.hidden=true});addEventListener('afterprint',()=>{$('static').hidden=true;list.hidden=false});
focus();apply();
})();
`;
