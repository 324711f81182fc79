//! Axes: what values they hold, and where those stand in the picture.

use crate::report::picture::model::AxisSpec;
use serde_json::Value;

/// How an axis maps values to places.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Linear,
    /// Decimal logarithms.
    Log,
    /// Names, at 0, 1, 2, …
    Category(Vec<String>),
}

/// One axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// `x`, `x2`, `y`, …
    pub id: String,
    pub spec: AxisSpec,
    pub kind: Kind,
    /// The values at its start (left, bottom) and end, on the axis: numbers, logarithms, indices.
    pub range: (f64, f64),
    /// The pixels at its start and end.
    pub span: (f64, f64),
}

impl Axis {
    /// An axis without data yet.
    pub fn new(id: &str, spec: AxisSpec) -> Self {
        let kind = match spec.kind.as_deref() {
            Some("log") => Kind::Log,
            Some("category") => Kind::Category(Vec::new()),
            _ => Kind::Linear,
        };
        Self {
            id: id.to_owned(),
            spec,
            kind,
            range: (0.0, 1.0),
            span: (0.0, 1.0),
        }
    }

    /// Whether it is a y axis.
    pub fn is_vertical(&self) -> bool {
        self.id.starts_with('y')
    }

    /// Its range, ascending.
    pub fn bounds(&self) -> (f64, f64) {
        (self.range.0.min(self.range.1), self.range.0.max(self.range.1))
    }

    /// Its pixels, ascending.
    pub fn pixels(&self) -> (f64, f64) {
        (self.span.0.min(self.span.1), self.span.0.max(self.span.1))
    }

    /// In pixels.
    pub fn length(&self) -> f64 {
        (self.span.1 - self.span.0).abs()
    }

    /// Where a value of the data stands on the axis; `None` for what it can't show.
    pub fn value(&self, value: &Value) -> Option<f64> {
        match &self.kind {
            Kind::Linear => number(value),
            Kind::Log => number(value).filter(|value| *value > 0.0).map(f64::log10),
            Kind::Category(names) => match value {
                Value::String(name) => position(names, name),
                other => position(names, &other.to_string()).or_else(|| number(other)),
            },
        }
    }

    /// The pixel of a place on the axis.
    pub fn pixel(&self, at: f64) -> f64 {
        let width = self.range.1 - self.range.0;
        let share = if width == 0.0 { 0.5 } else { (at - self.range.0) / width };
        self.span.0 + share * (self.span.1 - self.span.0)
    }

    /// The pixel of a value of the data.
    pub fn place(&self, value: &Value) -> Option<f64> {
        self.value(value).map(|at| self.pixel(at)).filter(|at| at.is_finite())
    }

    /// Takes in the names among `values`, which make it an axis of categories unless they all are numbers.
    pub fn learn(&mut self, values: &[Value]) {
        let has_names = || values.iter().any(|value| value.is_string() && number(value).is_none());
        let is_open = self.spec.kind.is_none() && !matches!(self.kind, Kind::Category(_));
        if is_open && has_names() {
            self.kind = Kind::Category(Vec::new());
        }
        if let Kind::Category(names) = &mut self.kind {
            for value in values {
                let name = match value {
                    Value::String(name) => name.clone(),
                    Value::Number(number) => number.to_string(),
                    _ => continue,
                };
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }

    /// The range that the description gives, if it gives one.
    pub fn given_range(&self) -> Option<(f64, f64)> {
        let ends: Vec<f64> = self.spec.range.as_ref()?.iter().filter_map(number).collect();
        match ends[..] {
            [start, end] if start.is_finite() && end.is_finite() => Some((start, end)),
            _ => None,
        }
    }
}

fn position(names: &[String], name: &str) -> Option<f64> {
    names.iter().position(|known| known == name).map(|index| index as f64)
}

/// A number, or text that is one.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}
