//! Measurements as a table and as JSON.

use crate::bench::WORKLOADS;
use crate::bench::machine::Machine;
use crate::bench::measure::Measurement;
use crate::report::table::{Cell, Column, Table};
use serde_json::{Value, json};

/// Every workload with what it measures.
pub fn list() -> Table {
    Table {
        title: "workloads of `grn bench`".to_owned(),
        columns: vec![Column::words("workload").key(), Column::words("what it measures")],
        rows: WORKLOADS
            .iter()
            .map(|w| vec![words(w.name), words(w.summary)])
            .collect(),
        notes: Vec::new(),
    }
}

/// One row a case.
pub fn table(measurements: &[Measurement], machine: &Machine) -> Table {
    let mut columns = vec![Column::words("workload").key(), Column::words("case").key()];
    let numbers = [
        "median",
        "fastest",
        "rate",
        "FLOP",
        "bytes",
        "share of limit",
        "peak memory",
    ];
    columns.extend(numbers.map(Column::numbers));
    Table {
        title: "benchmarks".to_owned(),
        columns,
        rows: measurements.iter().map(row).collect(),
        notes: vec![
            format!(
                "machine: {}FLOP/s in matrix products, {}B/s to and from memory, {} threads; measured at the start",
                scaled(machine.flops),
                scaled(machine.bandwidth),
                machine.threads
            ),
            "share of limit: the larger of FLOP and bytes a second against what the machine can do".to_owned(),
            match measurements.iter().all(|measurement| measurement.peak_bytes.is_none()) {
                true => "peak memory is not known on this system".to_owned(),
                false => "peak memory: of the whole process, while the case ran".to_owned(),
            },
        ],
    }
}

fn row(measurement: &Measurement) -> Vec<Cell> {
    let work = &measurement.work;
    let share = measurement.share.map(|share| {
        let percent = 100.0 * share.share;
        (format!("{percent:.0} % {}", share.limit.name()), json!(share.share))
    });
    vec![
        words(measurement.workload),
        words(&measurement.case),
        number(time(measurement.median()), json!(measurement.median())),
        number(time(fastest(measurement)), json!(fastest(measurement))),
        number(
            format!("{}{}/s", scaled(measurement.rate()), measurement.unit),
            json!(measurement.rate()),
        ),
        amount(work.flops, "FLOP"),
        amount(work.bytes, "B"),
        share.map_or_else(unknown, |(text, value)| number(text, value)),
        match measurement.peak_bytes {
            Some(bytes) => amount(bytes as f64, "B"),
            None => unknown(),
        },
    ]
}

fn fastest(measurement: &Measurement) -> f64 {
    measurement.seconds.iter().copied().fold(f64::INFINITY, f64::min)
}

fn words(text: &str) -> Cell {
    Cell {
        text: text.to_owned(),
        value: json!(text),
    }
}

/// Numbers keep together with their units.
fn number(text: String, value: Value) -> Cell {
    Cell {
        text: text.replace(' ', "\u{a0}"),
        value,
    }
}

fn amount(value: f64, unit: &str) -> Cell {
    match value > 0.0 {
        true => number(format!("{}{unit}", scaled(value)), json!(value)),
        false => unknown(),
    }
}

fn unknown() -> Cell {
    Cell {
        text: "–".to_owned(),
        value: Value::Null,
    }
}

/// `1.23 s`, `45.6 ms`, `7.89 µs`.
fn time(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.3} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.1} µs", s * 1e6),
    }
}

/// `1.2 M`: three digits and a decimal prefix, for a unit to follow.
fn scaled(mut value: f64) -> String {
    for prefix in ["", "k", "M", "G", "T"] {
        if value < 999.5 {
            let digits = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
            return format!("{value:.digits$} {prefix}");
        }
        value /= 1000.0;
    }
    format!("{value:.0} P")
}

/// Everything as JSON; times in seconds, amounts in FLOP and bytes.
pub fn json(measurements: &[Measurement], machine: &Machine) -> Value {
    let measurement = |m: &Measurement| {
        let positive = |value: f64| (value > 0.0).then_some(value);
        json!({
            "workload": m.workload,
            "case": m.case,
            "seconds": m.seconds,
            "median": m.median(),
            "count": m.work.count,
            "unit": m.unit,
            "flop": positive(m.work.flops),
            "bytes": positive(m.work.bytes),
            "limit": m.share.map(|share| share.limit.name()),
            "share": m.share.map(|share| share.share),
            "peak_bytes": m.peak_bytes,
        })
    };
    json!({
        "format": 1,
        "grn": env!("CARGO_PKG_VERSION"),
        "machine": {
            "threads": machine.threads,
            "flops": machine.flops,
            "bandwidth": machine.bandwidth,
        },
        "measurements": measurements.iter().map(measurement).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::measure::{Limit, Share, Work};

    fn measurement() -> Measurement {
        Measurement {
            workload: "decode",
            case: "R=3".to_owned(),
            unit: "sets",
            seconds: vec![0.5, 0.25, 0.75],
            work: Work {
                seconds: None,
                flops: 2e9,
                bytes: 0.0,
                count: 1000.0,
            },
            share: Some(Share {
                limit: Limit::Compute,
                share: 0.4,
            }),
            peak_bytes: Some(123_456_789),
        }
    }

    const MACHINE: Machine = Machine {
        threads: 2,
        flops: 1e10,
        bandwidth: 2e10,
    };

    #[test]
    fn a_row_says_time_rate_and_share() {
        let table = table(&[measurement()], &MACHINE);
        let text: Vec<String> = table
            .rows
            .concat()
            .iter()
            .map(|c| c.text.replace('\u{a0}', " "))
            .collect();
        assert_eq!(
            text,
            [
                "decode",
                "R=3",
                "500.00 ms",
                "250.00 ms",
                "2.00 ksets/s",
                "2.00 GFLOP",
                "–",
                "40 % gemm",
                "123 MB"
            ]
        );
        assert!(
            table.notes[0].starts_with("machine: 10.0 GFLOP/s in matrix products, 20.0 GB/s"),
            "{table:?}"
        );
    }

    #[test]
    fn json_holds_every_run() {
        let value = json(&[measurement()], &MACHINE);
        assert_eq!(value["measurements"][0]["seconds"], json!([0.5, 0.25, 0.75]));
        assert_eq!(value["measurements"][0]["median"], 0.5);
        assert_eq!(value["measurements"][0]["bytes"], Value::Null);
        assert_eq!(value["machine"]["flops"], 1e10);
    }

    #[test]
    fn every_workload_is_listed() {
        assert_eq!(list().rows.len(), WORKLOADS.len());
    }
}
