#[global_allocator] static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;
use grn::engine::context::*; use grn::engine::observer::*; use grn::engine::value::Value; use grn::lang::arguments::*; use grn::lang::catalog::*; use grn::stages::*; use grn::plan::graph::Hint; use std::time::Instant; use std::collections::BTreeSet;
struct Log(std::sync::Mutex<(Instant,Instant)>);
impl Observer for Log { fn event(&self,e:&Event){ let mut t=self.0.lock().unwrap(); if t.0.elapsed().as_secs_f64()>3.0 { t.0=Instant::now(); eprintln!("   {:.1}s {:?}",t.1.elapsed().as_secs_f64(), e);} } }
fn lit(s:&str,k:&ParameterKind)->Argument{ 
  if s.starts_with('{') { let m=s.trim_matches(|c| c=='{'||c=='}').split(',').map(|p|{let (a,b)=p.split_once(':').unwrap();(a.trim().parse().unwrap(),Argument::Integer(b.trim().parse().unwrap()))}).collect(); return Argument::PerSize(m);}
  match k { ParameterKind::Integer{..}=>Argument::Integer(s.parse().unwrap()), ParameterKind::Float{..}=>Argument::Float(s.parse().unwrap()), ParameterKind::Boolean=>Argument::Boolean(s=="true"), ParameterKind::Integers{..}=>Argument::Integers(s.trim_matches(|c| c=='('||c==')').split(',').filter(|x|!x.trim().is_empty()).map(|x|x.trim().parse().unwrap()).collect()), _=>Argument::Text(s.trim_matches('"').to_string()) } }
fn main(){ let script=std::env::args().nth(1).unwrap(); let seed:i64=std::env::args().nth(2).map(|s|s.parse().unwrap()).unwrap_or(42);
 let cancel=CancelToken::default(); let dev=candle_core::Device::Cpu; let mut v:Option<Value>=None;
 let hints:BTreeSet<Hint>= if std::env::var("NOHINT").is_ok(){[Hint::FactoredScorer,Hint::SharedProjections].into()}else{[Hint::FactoredScorer,Hint::SharedProjections,Hint::BoundedSearch,Hint::TopRDecoding].into()};
 for st in script.split('|') { let mut w=st.split_whitespace(); let verb=w.next().unwrap(); let rest:Vec<_>=w.collect(); 
  let (method,rest)= if rest.first().map_or(false,|x|!x.contains('=')) {(Some(rest[0]),&rest[1..])} else {(None,&rest[..])};
  let stage=STAGES.iter().find(|s|s.spec.verb==verb&&s.spec.method==method).unwrap(); let mut a=Arguments::default();
  for p in stage.spec.parameters { let given=rest.iter().find_map(|r|r.split_once('=').filter(|x|x.0==p.name).map(|x|x.1)); let val= match (given,&p.default){ (Some(g),_)=>lit(g,&p.kind),(None,DefaultValue::Literal(l))=>lit(l,&p.kind),(None,DefaultValue::UpstreamSeed)=>Argument::Integer(seed),_=>Argument::Absent}; a.insert(p.name,val);} 
  let log=Log(std::sync::Mutex::new((Instant::now(),Instant::now()))); let c=StageContext{arguments:&a,hints:&hints,device:&dev,observer:&log,cancel:&cancel};
  let t=Instant::now(); v=Some(match (stage.run.unwrap())(&c,v){Ok(v)=>v,Err(RunError::Failed(d))=>{eprintln!("{d:?}");std::process::exit(1)}Err(_)=>panic!()}); println!("{:8.2}s {}",t.elapsed().as_secs_f64(),st.trim());
  match v.as_ref().unwrap(){ Value::Pools(p)=>{ println!("   loss {:?}",p.training.loss.iter().map(|x|(x*1e4).round()/1e4).collect::<Vec<_>>()); for s in &p.split.sizes{ let ts=p.split.test_of_size(*s); let n=ts.len(); let c=ts.iter().filter(|t|p.split.dataset.network.team(**t).iter().all(|r|p.ranked[**t].contains(r))).count(); print!("   R={s} {c}/{n}={:.3}",c as f64/n as f64);} println!(); }
   Value::Scorer(s)=>println!("   loss {:?}",s.training.loss.iter().map(|x|(x*1e4).round()/1e4).collect::<Vec<_>>()),
   Value::Teams(t)=>{ println!("   {:?}",t.search); for s in &t.pools.split.sizes { let p:Vec<_>=t.predictions.iter().filter(|p|p.size==*s).collect(); let e=p.iter().filter(|p|t.pools.split.dataset.network.team(p.target)==&p.team[..]).count(); print!("   R={s} {e}/{}={:.3}",p.len(),e as f64/p.len() as f64);} println!(); }
   Value::Dataset(d)=>println!("   {} genes {} cells edges {}",d.gene_count(),d.cell_count(),d.network.edge_count()), Value::Split(s)=>println!("   train {} test {:?}",s.train.len(),s.sizes.iter().map(|r|s.test_of_size(*r).len()).collect::<Vec<_>>()), _=>{} } } }
