//! Exact match as bars: by team size R, one bar for each row of the result, popularity beside.

use crate::engine::outcome::GridCell;
use crate::metrics::report::ExactMatch;
use crate::report::figures::Figure;
use crate::report::figures::style::{axis, axis_title, colour, grey, plain, share_axis};
use crate::report::groups::{Group, group, merge_by};
use crate::report::tables::notes;
use plotly::Bar;
use plotly::color::Rgba;
use plotly::common::{ErrorData, ErrorType, HoverInfo, Marker};
use plotly::layout::BarMode;
use std::collections::BTreeMap;

/// In pixels.
const HEIGHT: usize = 430;

type Counts = BTreeMap<usize, ExactMatch>;

/// Which targets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// All of them.
    All,
    /// Those whose team some training target has.
    Seen,
    /// Those whose team no training target has.
    Novel,
}

impl Choice {
    /// What `plot exact teams=` asks for.
    pub fn of(word: Option<&str>) -> Self {
        match word {
            Some("seen") => Self::Seen,
            Some("novel") => Self::Novel,
            _ => Self::All,
        }
    }

    fn counts(self, counts: ExactMatch) -> ExactMatch {
        match self {
            Self::All => counts,
            Self::Seen => counts.of_seen(true),
            Self::Novel => counts.of_seen(false),
        }
    }
}

/// One bar of every team size.
struct BarSet {
    label: String,
    counts: Counts,
}

/// Unconditional exact match with Wilson's 95 % interval, the coverage that bounds it pale behind; counts are pooled
/// over seeds. With `popularity`, the baseline in grey.
pub fn figure(cells: &[GridCell], popularity: bool, choice: Choice) -> Figure {
    let groups = group(cells, false);
    let models: Vec<BarSet> = groups
        .iter()
        .map(|group| BarSet {
            label: group.label(),
            counts: pooled(group, false, choice),
        })
        .collect();
    let baselines = if popularity {
        baselines(&groups, choice)
    } else {
        Vec::new()
    };
    let title = format!("Exact match by team size, {}", notes::data_name(cells));
    let mut subtitle = match choice {
        Choice::All => {
            "solid: exact, with 95 % interval (Wilson); pale: coverage, the most that is possible".to_owned()
        }
        Choice::Seen => "teams that training shows whole; 95 % interval (Wilson)".to_owned(),
        Choice::Novel => "novel teams, which no training target has; 95 % interval (Wilson)".to_owned(),
    };
    if let Some(split) = notes::split(cells) {
        subtitle = format!("{split}; {subtitle}");
    }
    let (mut figure, layout) = Figure::new("exact", title, &subtitle, HEIGHT);
    for (index, set) in models.iter().enumerate() {
        draw(&mut figure, set, choice, index, &|opacity| colour(index, opacity));
    }
    for (index, set) in baselines.iter().enumerate() {
        draw(&mut figure, set, choice, models.len() + index, &grey);
    }
    // A wide pair of bars for a single row would shout.
    let bars = models.len() + baselines.len();
    let layout = layout
        .bar_mode(BarMode::Group)
        .bar_gap((1.0 - 0.16 * bars as f64).clamp(0.25, 0.6))
        .bar_group_gap(0.08)
        .x_axis(axis().show_grid(false))
        .y_axis(share_axis().title(axis_title("share of test targets")));
    figure.plot.set_layout(layout);
    figure
}

/// The counts of a group by team size, over its seeds.
fn pooled(group: &Group<'_>, popularity: bool, choice: Choice) -> Counts {
    let mut pooled = Counts::new();
    for report in group.cells.iter().filter_map(|cell| cell.value.report()) {
        let counts = if popularity {
            &report.popularity
        } else {
            &report.per_size
        };
        for (&size, &counts) in counts {
            let entry = pooled.entry(size).or_default();
            *entry = entry.pooled(choice.counts(counts));
        }
    }
    pooled
}

/// One set where the baseline is the same for all groups, otherwise one for each different one.
fn baselines(groups: &[Group<'_>], choice: Choice) -> Vec<BarSet> {
    let distinct = merge_by(groups.to_vec(), |group| pooled(group, true, choice));
    let alone = distinct.len() == 1;
    let set = |group: &Group<'_>| BarSet {
        label: if alone {
            "baseline: popularity".to_owned()
        } else {
            format!("popularity · {}", group.label())
        },
        counts: pooled(group, true, choice),
    };
    distinct.iter().map(set).collect()
}

fn draw(figure: &mut Figure, set: &BarSet, choice: Choice, position: usize, colour: &dyn Fn(f64) -> Rgba) {
    let label = plain(&set.label);
    let names: Vec<String> = set
        .counts
        .iter()
        .map(|(size, counts)| format!("<b>R = {size}</b><br>n = {}", counts.n))
        .collect();
    let shares = |share: fn(&ExactMatch) -> Option<f64>| -> Vec<f64> {
        set.counts.values().map(|counts| share(counts).unwrap_or(0.0)).collect()
    };
    let place = position.to_string();
    let texts: Vec<String> = set.counts.values().map(|counts| hover(counts, choice)).collect();
    let covered = Bar::new(names.clone(), shares(ExactMatch::coverage))
        .name(&label)
        .offset_group(&place)
        .legend_group(&label)
        .show_legend(false)
        .marker(Marker::new().color(colour(0.22)))
        .hover_info(HoverInfo::Skip);
    let exact = Bar::new(names, shares(ExactMatch::unconditional))
        .name(&label)
        .offset_group(&place)
        .legend_group(&label)
        .marker(Marker::new().color(colour(1.0)))
        .error_y(whiskers(&set.counts))
        .hover_text_array(texts)
        .hover_template(format!("%{{hovertext}}<extra>{label}</extra>"));
    figure.plot.add_trace(covered);
    figure.plot.add_trace(exact);
}

fn whiskers(counts: &Counts) -> ErrorData {
    let ends: Vec<(f64, f64)> = counts
        .values()
        .map(|counts| match (counts.unconditional(), counts.interval()) {
            (Some(share), Some((lower, upper))) => (upper - share, share - lower),
            _ => (0.0, 0.0),
        })
        .collect();
    ErrorData::new(ErrorType::Data)
        .symmetric(false)
        .array(ends.iter().map(|end| end.0).collect())
        .array_minus(ends.iter().map(|end| end.1).collect())
        .color(grey(1.0))
        .thickness(1.5)
        .width(4)
}

fn hover(counts: &ExactMatch, choice: Choice) -> String {
    let share = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    let (lower, upper) = counts.interval().unzip();
    let exact = format!(
        "exact {}/{} = {} [{}, {}]",
        counts.exact,
        counts.n,
        share(counts.unconditional()),
        share(lower),
        share(upper)
    );
    match choice {
        Choice::All => format!(
            "{exact}<br>covered {}/{} = {}<br>exact if covered {}<br>seen teams {}/{}, novel {}/{}",
            counts.covered,
            counts.n,
            share(counts.coverage()),
            share(counts.conditional()),
            counts.exact_seen,
            counts.n_seen,
            counts.exact_novel(),
            counts.n_novel(),
        ),
        Choice::Seen | Choice::Novel => exact,
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, figure};
    use crate::report::fixtures;

    #[test]
    fn whiskers_end_at_the_interval() {
        let json = figure(&[fixtures::cell()], true, Choice::All).to_json();
        let bars = json["data"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(bars.len(), 4);
        let exact = &bars[1];
        let number = |value: &serde_json::Value| value.as_f64().unwrap_or(f64::NAN);
        let report = fixtures::cell().value.report();
        let counts = report.map(|report| report.per_size[&2]).unwrap_or_default();
        let (lower, upper) = counts.interval().unwrap_or_default();
        let top = number(&exact["y"][0]) + number(&exact["error_y"]["array"][0]);
        let bottom = number(&exact["y"][0]) - number(&exact["error_y"]["arrayminus"][0]);
        assert!((top - upper).abs() < 1e-12 && (bottom - lower).abs() < 1e-12);
        assert_eq!(bars[3]["name"], "baseline: popularity");
    }

    #[test]
    fn novel_teams_can_stand_alone() {
        let json = figure(&[fixtures::cell()], false, Choice::Novel).to_json();
        let report = fixtures::cell().value.report();
        let novel = report.and_then(|report| report.per_size[&2].novel());
        assert_eq!(json["data"][1]["y"][0].as_f64(), novel);
        assert_eq!(json["data"][0]["y"][0], 0.0);
    }

    #[test]
    fn rows_are_bars() {
        let json = figure(&fixtures::sweep(), false, Choice::All).to_json();
        let names: Vec<_> = json["data"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|bar| bar["name"].clone())
            .collect();
        assert_eq!(names, ["pairs2", "pairs2", "residual_hos2", "residual_hos2"]);
    }
}
