"""Makes events and asks pySigma's SQLite backend which of them SigmaHQ's linux and web rules match.

    pip install pysigma==2.0.1 pysigma-backend-sqlite==2.1.1 pyyaml
    python bench/sigma-oracle.py SIGMA/rules COMMANDS OUT

COMMANDS is what corpus-commands.mjs made. Half of the events are its commands as started processes, half are put
together from the values that the rules themselves name, so that every rule has something to match. Columns compare
without case, as Sigma does, and hold '' where an event has nothing; keywords look at all values.
"""
import json,sqlite3,glob,re,random,sys,os
from sigma.collection import SigmaCollection
from sigma.backends.sqlite import sqlite as sb
import yaml
R,C,O=[a.rstrip('/')+'/' for a in sys.argv[1:4]]
os.makedirs(O,exist_ok=True)
files=sorted(glob.glob(R+'linux/**/*.yml',recursive=True)+glob.glob(R+'web/**/*.yml',recursive=True))
random.seed(7)
cmds=[]
for n in ('atomic-red-team-linux','reverse-shell-generator','reverse-shell-cheat-sheet','gtfobins-reverse-shell'):
    cmds+=json.load(open(C+n+'.json'))
ben=json.load(open(C+'benign-nl2bash.json')); random.shuffle(ben)
cmds=[l for c in cmds for l in c.split('\n') if l.strip()]+ben[:2200]
events=[]
imgs=['/usr/bin/','/bin/','/usr/sbin/','/tmp/']
par=['/usr/bin/bash','/usr/sbin/apache2','/usr/bin/python3','/usr/sbin/nginx','/usr/bin/java','/lib/systemd/systemd']
for c in cmds:
    w=re.split(r'[\s|;&]+',c.strip()); b=os.path.basename(w[0]) or 'sh'
    if b=='sudo' and len(w)>1: b=os.path.basename(w[1]) or 'sh'
    events.append({'Image':random.choice(imgs)+b,'CommandLine':c,'ParentImage':random.choice(par),'ParentCommandLine':random.choice(par)+' -c x','User':random.choice(['root','www-data','bob']),'CurrentDirectory':random.choice(['/tmp','/root','/var/www/html'])})
    if len(events)%3==0: 
        e={'type':'EXECVE'}; 
        for i,x in enumerate(w[:8]): e['a%d'%i]=x
        events.append(e)
# what rules name themselves: values of their own, so that every rule has something to match
def vals(d):
    if isinstance(d,dict):
        for k,v in d.items():
            if k in('condition','timeframe'): continue
            yield from vals2(k,v)
    elif isinstance(d,list):
        for x in d: yield from vals(x)
def vals2(k,v):
    if isinstance(v,dict): 
        for kk,vv in v.items(): yield from vals2(kk,vv)
    elif isinstance(v,list):
        for x in v:
            if isinstance(x,dict): yield from vals(x)
            else: yield k,x
    else: yield k,v
for f in files:
    for d in yaml.safe_load_all(open(f)):
        if not d or 'detection' not in d: continue
        for name,sel in d['detection'].items():
            if name in('condition','timeframe') : continue
            pairs=[(k,v) for k,v in vals({name:sel} if not isinstance(sel,dict) else sel)]
            for _ in range(3):
                e={}
                for k,v in pairs:
                    fld=k.split('|')[0]
                    if fld==name or '|' in fld: continue
                    t='' if v is None else str(v).replace('*','x').replace('\\\\','\\')
                    if '|re' in k or 'cidr' in k: t=re.sub(r'[\\()\[\]?+^$]','',t)
                    if random.random()<.8:
                        e[fld]=(e[fld]+' '+t) if fld in e and random.random()<.5 else t
                    if 'startswith' in k and fld in e and random.random()<.5: e[fld]=t+' tail'
                    if 'endswith' in k and fld in e: e[fld]='/opt/lead'+t if random.random()<.5 else e[fld]
                if e: events.append(e)
fields=sorted({k for e in events for k in e})
json.dump(events,open(O+'events.json','w'))
db=sqlite3.connect(':memory:')
q=lambda s:'"%s"'%s.replace('"','""')
rules=[];bad=[]
allf=set(fields)
out={}
def regexp(p,s):
    try: return 1 if re.search(p,s or '') else 0
    except re.error: return 0
db.create_function('REGEXP',2,regexp)
parsed=[]
for f in files:
    try:
        col=SigmaCollection.from_yaml(open(f).read())
        sql=sb.sqliteBackend(collate_nocase=True, fulltext_field='every').convert(col)
        parsed.append((f,col.rules,sql))
    except Exception as ex: bad.append((f,str(ex)[:120]))
extra=set()
for f,rs,sqls in parsed:
    for d in yaml.safe_load_all(open(f)):
        for k,_ in vals(d['detection']): 
            n=k.split('|')[0]
            extra.add(n)
fields=sorted(allf|extra)
# SQLite columns are without case: keep the first of each
seen={};cols=[]
for n in fields:
    if n.lower() not in seen: seen[n.lower()]=1; cols.append(n)
db.execute('create table logs (n integer, every text, %s)'%','.join(q(c)+" text default ''" for c in cols))
for i,e in enumerate(events):
    ks=[k for k in e if k in cols]
    db.execute('insert into logs (n,every%s) values (?,?%s)'%(''.join(','+q(k) for k in ks),',?'*len(ks)),[i,'\n'.join(str(v) for v in e.values())]+[str(e[k]) for k in ks])
for f,rs,sqls in parsed:
    for r,s in zip(rs,sqls):
        s=s.replace('<TABLE_NAME>','logs').replace('SELECT *','SELECT n')
        try: out[str(r.id)]=sorted(x[0] for x in db.execute(s))
        except Exception as ex: bad.append((f,'SQL '+str(ex)[:150]))
json.dump({'hits':out,'bad':bad,'files':[f for f,_,_ in parsed]},open(O+'oracle.json','w'))
print(len(files),'files',len(events),'events',len(out),'rules',sum(map(len,out.values())),'hits',len(bad),'bad'); print(bad[:8])
