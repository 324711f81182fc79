//! The line above results: progress and a summary.

use crate::display::Bundle;
use grn::report::duration;
use grn::report::html::escape;

/// Quiet text that follows the theme where there is one.
const STYLE: &str = "font:13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);\
                     color:var(--jp-ui-font-color2,#6b7580)";
/// The bar's ground and its filled part; legible on light and dark ground.
const GROUND: &str = "display:inline-block;width:8em;height:.5em;border-radius:.25em;overflow:hidden;\
                      vertical-align:middle;background:rgba(128,134,140,.3)";
const FILLED: &str = "display:block;height:100%;background:#0072b2";

/// How a pipeline ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All results are there.
    Done,
    /// A stage failed.
    Failed,
    /// The user stopped it.
    Interrupted,
}

/// A stage in progress.
pub struct Running<'a> {
    /// The stage with its axis values.
    pub label: &'a str,
    /// 1-based.
    pub position: usize,
    /// How many stages the pipeline runs.
    pub total: usize,
    /// Work done in this stage.
    pub done: u64,
    /// All its work; 0 where unknown.
    pub of: u64,
    /// For instance `epoch 9/20, loss 0.213`.
    pub detail: &'a str,
    /// The losses so far as a row of bars; may be empty.
    pub loss: &'a str,
    /// Since the stage began.
    pub seconds: f64,
}

/// A pipeline that has ended.
pub struct Summary<'a> {
    /// How.
    pub ending: Ending,
    /// Wall time.
    pub seconds: f64,
    /// The stages that finished.
    pub stages: usize,
    /// How many of them were already there.
    pub cached: usize,
    /// The stages that did not finish.
    pub stopped: &'a [String],
    /// `cpu` or `cuda`.
    pub device: &'a str,
}

/// What a frontend shows while a pipeline runs, `seconds` after its start: a line for each stage that runs.
pub fn running(stages: &[Running<'_>], seconds: f64, device: &str) -> Bundle {
    let (text, html): (Vec<String>, Vec<String>) =
        stages.iter().map(|stage| stage_line(stage, seconds, device)).unzip();
    Bundle::text(text.join("\n")).with("text/html", html.concat())
}

/// As text and as HTML.
fn stage_line(stage: &Running<'_>, seconds: f64, device: &str) -> (String, String) {
    let fraction = (stage.of > 0).then(|| (stage.done as f64 / stage.of as f64).min(1.0));
    let percent = fraction.map(|fraction| format!("{:.0} %", fraction * 100.0));
    let left = duration::left(stage.seconds, stage.done, stage.of);
    let left = left.map(|seconds| format!("{} left", duration::about(seconds)));
    let detail = Some(stage.detail.to_owned()).filter(|detail| !detail.is_empty());
    let loss = Some(stage.loss.to_owned()).filter(|loss| !loss.is_empty());
    let elapsed = Some(duration::words(seconds));
    let position = format!("[{}/{}]", stage.position, stage.total);
    let parts: Vec<String> = [percent, detail, loss, elapsed, left, Some(device.to_owned())]
        .into_iter()
        .flatten()
        .collect();
    let text = format!("{position} {}: {}", stage.label, parts.join(" · "));
    let bar = fraction.map_or_else(String::new, |fraction| {
        let width = fraction * 100.0;
        format!("<span style=\"{GROUND}\"><span style=\"{FILLED};width:{width:.1}%\"></span></span> ")
    });
    let html = format!(
        "<div style=\"{STYLE}\">{bar}{position} <b>{}</b> · {}</div>",
        escape(stage.label),
        escape(&parts.join(" · "))
    );
    (text, html)
}

/// What stays of it.
pub fn summary(summary: &Summary<'_>) -> Bundle {
    let time = duration::words(summary.seconds);
    let words = match summary.ending {
        Ending::Done => format!("{} in {time}{} · {}", stages(summary), cached(summary), summary.device),
        Ending::Failed => format!("failed after {time}{}", kept(summary)),
        Ending::Interrupted => format!("interrupted after {time}{}", kept(summary)),
    };
    line(&words)
}

fn line(words: &str) -> Bundle {
    Bundle::text(words).with("text/html", format!("<div style=\"{STYLE}\">{}</div>", escape(words)))
}

fn stages(summary: &Summary<'_>) -> String {
    match summary.stages {
        1 => "1 stage".to_owned(),
        count => format!("{count} stages"),
    }
}

fn cached(summary: &Summary<'_>) -> String {
    match summary.cached {
        0 => String::new(),
        cached if cached == summary.stages => " · all from cache".to_owned(),
        cached => format!(" · {cached} from cache"),
    }
}

fn kept(summary: &Summary<'_>) -> String {
    let stopped = match summary.stopped {
        [] => String::new(),
        labels => format!(" in {}", labels.join(", ")),
    };
    match summary.stages {
        0 => stopped,
        _ => format!("{stopped} · {} finished and kept", stages(summary)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Running, Summary, running, summary};

    fn text(bundle: &crate::display::Bundle, mime: &str) -> String {
        bundle.text_of(mime).to_owned()
    }

    #[test]
    fn progress_says_all_there_is_to_know() {
        let stage = Running {
            label: "retrieve attn (seed=42)",
            position: 4,
            total: 7,
            done: 9,
            of: 20,
            detail: "epoch 9/20, loss 0.2130",
            loss: "█▄▁",
            seconds: 9.0,
        };
        let bundle = running(&[stage], 10.0, "cpu");
        assert_eq!(
            text(&bundle, "text/plain"),
            "[4/7] retrieve attn (seed=42): 45 % · epoch 9/20, loss 0.2130 · █▄▁ · 10 s · about 11 s left · cpu"
        );
        assert!(text(&bundle, "text/html").contains("width:45.0%"));
    }

    #[test]
    fn labels_are_no_markup() {
        let label = "load csv (path=\"<b>\")";
        let stage = || Running {
            label,
            position: 1,
            total: 1,
            done: 5,
            of: 0,
            detail: "",
            loss: "",
            seconds: 0.1,
        };
        let bundle = running(&[stage()], 0.1, "cpu");
        assert_eq!(text(&bundle, "text/plain"), format!("[1/1] {label}: 0.10 s · cpu"));
        assert!(!text(&bundle, "text/html").contains("=\"<b>\")"));
        let both = running(&[stage(), stage()], 0.1, "cpu");
        assert_eq!(text(&both, "text/plain").lines().count(), 2);
    }

    #[test]
    fn the_summary_counts_what_was_already_there() {
        let of = |ending, cached, stopped: &[&str]| {
            let stopped: Vec<String> = stopped.iter().map(|label| (*label).to_owned()).collect();
            let bundle = summary(&Summary {
                ending,
                seconds: 27.9,
                stages: 7,
                cached,
                stopped: &stopped,
                device: "cpu",
            });
            text(&bundle, "text/plain")
        };
        assert_eq!(of(Ending::Done, 0, &[]), "7 stages in 28 s · cpu");
        assert_eq!(of(Ending::Done, 3, &[]), "7 stages in 28 s · 3 from cache · cpu");
        assert_eq!(of(Ending::Done, 7, &[]), "7 stages in 28 s · all from cache · cpu");
        assert_eq!(
            of(Ending::Interrupted, 1, &["decode exact", "decode topr"]),
            "interrupted after 28 s in decode exact, decode topr · 7 stages finished and kept"
        );
    }
}
