//! Timing: a case is prepared once, warmed up once, and run several times.

use crate::bench::machine::Machine;
use crate::engine::context::RunResult;
use std::fs;
use std::time::Instant;

/// What one run did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Work {
    /// Its own time in seconds, where the run also does what isn't measured; otherwise the whole run counts.
    pub seconds: Option<f64>,
    /// Floating-point operations, a multiplication and an addition counted as two; 0 where they are beside the point.
    pub flops: f64,
    /// Bytes that must come from or go to memory; 0 where they are beside the point.
    pub bytes: f64,
    /// Things done, in the case's own unit.
    pub count: f64,
}

/// One run of a case.
pub type Run = Box<dyn FnMut() -> RunResult<Work>>;

/// One point of a workload.
pub struct Case {
    /// What distinguishes it, for instance `R=3 M=80`.
    pub name: String,
    /// What [`Work::count`] counts, for instance `sets`.
    pub unit: &'static str,
    /// Whether it takes so long that it is run once, cold.
    pub once: bool,
    /// Makes what every run uses.
    pub prepare: Box<dyn FnOnce() -> RunResult<Run>>,
}

impl Case {
    /// A case that is warmed up and repeated.
    pub fn new(
        name: impl Into<String>,
        unit: &'static str,
        prepare: impl FnOnce() -> RunResult<Run> + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            unit,
            once: false,
            prepare: Box::new(prepare),
        }
    }

    /// The same, run once without a warm-up.
    pub fn once(self) -> Self {
        Self { once: true, ..self }
    }
}

/// A measured case.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// The workload's name.
    pub workload: &'static str,
    /// The case's name.
    pub case: String,
    /// What is counted.
    pub unit: &'static str,
    /// Seconds of each run.
    pub seconds: Vec<f64>,
    /// What one run did.
    pub work: Work,
    /// The larger of the shares of the machine's two limits that the median run reached; `None` where nothing is
    /// counted against them.
    pub share: Option<Share>,
    /// The process's peak memory while the case ran, in bytes; `None` where the system doesn't tell.
    pub peak_bytes: Option<u64>,
}

/// A share of what the machine can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Which limit is nearer.
    pub limit: Limit,
    /// 1 is the limit itself.
    pub share: f64,
}

/// What a machine can't exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Its rate of floating-point operations in matrix products.
    Compute,
    /// Its memory bandwidth.
    Memory,
}

impl Limit {
    /// One word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compute => "gemm",
            Self::Memory => "memory",
        }
    }
}

impl Measurement {
    /// The median time in seconds.
    pub fn median(&self) -> f64 {
        median(&self.seconds)
    }

    /// Things done in a second.
    pub fn rate(&self) -> f64 {
        self.work.count / self.median()
    }
}

/// Prepares and times a case.
pub(super) fn measure(workload: &'static str, case: Case, repeat: usize, machine: &Machine) -> RunResult<Measurement> {
    let mut run = (case.prepare)()?;
    if !case.once {
        run()?;
    }
    forget_peak();
    let mut seconds = Vec::new();
    let mut work = Work::default();
    for _ in 0..if case.once { 1 } else { repeat.max(1) } {
        let start = Instant::now();
        work = run()?;
        let elapsed = start.elapsed().as_secs_f64();
        seconds.push(work.seconds.unwrap_or(elapsed));
    }
    let median = median(&seconds);
    Ok(Measurement {
        workload,
        case: case.name,
        unit: case.unit,
        work,
        share: share(&work, median, machine),
        peak_bytes: peak_bytes(),
        seconds,
    })
}

fn share(work: &Work, seconds: f64, machine: &Machine) -> Option<Share> {
    let shares = [
        (Limit::Compute, work.flops, machine.flops),
        (Limit::Memory, work.bytes, machine.bandwidth),
    ];
    let shares = shares.into_iter().filter(|(_, amount, _)| *amount > 0.0);
    let shares = shares.map(|(limit, amount, rate)| Share {
        limit,
        share: amount / seconds / rate,
    });
    shares.max_by(|a, b| a.share.total_cmp(&b.share))
}

/// The middle one; the mean of the two middle ones of an even number.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.get(middle), sorted.len().is_multiple_of(2)) {
        (None, _) => f64::NAN,
        (Some(upper), true) => 0.5 * (upper + sorted.get(middle - 1).unwrap_or(upper)),
        (Some(value), false) => *value,
    }
}

/// Begins a new peak of memory, so that earlier cases don't count; Linux alone knows how.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The largest resident memory since `forget_peak`, as Linux tells it.
pub fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    peak_in(&status)
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn the_nearer_limit_is_named() {
        let machine = Machine {
            threads: 2,
            flops: 100.0,
            bandwidth: 10.0,
        };
        let work = |flops, bytes| Work {
            flops,
            bytes,
            ..Work::default()
        };
        let found = |flops, bytes| share(&work(flops, bytes), 2.0, &machine);
        assert_eq!(found(0.0, 0.0), None);
        assert_eq!(
            found(100.0, 4.0),
            Some(Share {
                limit: Limit::Compute,
                share: 0.5
            })
        );
        assert_eq!(
            found(10.0, 16.0),
            Some(Share {
                limit: Limit::Memory,
                share: 0.8
            })
        );
    }

    #[test]
    fn peak_memory_is_read_as_linux_writes_it() {
        assert_eq!(
            peak_in("VmPeak:\t 9 kB\nVmHWM:\t  1234 kB\nVmRSS:\t 1 kB\n"),
            Some(1234 * 1024)
        );
        assert_eq!(peak_in("VmRSS:\t 1 kB\n"), None);
    }

    #[test]
    fn a_case_is_warmed_up_and_repeated() {
        let machine = Machine {
            threads: 1,
            flops: 1.0,
            bandwidth: 1.0,
        };
        let case = |once| {
            let mut runs = 0.0;
            let case = Case::new("case", "things", move || {
                let run: Run = Box::new(move || {
                    runs += 1.0;
                    Ok(Work {
                        count: runs,
                        seconds: Some(0.5),
                        ..Work::default()
                    })
                });
                Ok(run)
            });
            if once { case.once() } else { case }
        };
        let found = measure("test", case(false), 3, &machine).unwrap();
        assert_eq!((found.seconds.len(), found.work.count, found.rate()), (3, 4.0, 8.0));
        let found = measure("test", case(true), 3, &machine).unwrap();
        assert_eq!((found.seconds.len(), found.work.count), (1, 1.0));
    }
}
