//! What the compiler found, as data: places in the cell, and nothing of the code that evcxr puts around it.

use evcxr::CompilationError;
use serde_json::{Value, json};

/// What only generated code has.
const GENERATED: [&str; 5] = [
    "evcxr",
    "run_user_code",
    "EvcxrUserCodeError",
    "src/lib.rs",
    "rustc --explain",
];

/// One problem: `level`, `code` (may be null), `message`, `places` (1-based lines and columns) and `notes`.
pub fn problem(error: &CompilationError) -> Value {
    let places: Vec<Value> = error
        .spanned_messages()
        .iter()
        .filter_map(|message| {
            let span = message.span?;
            let own = |label: &&String| !is_generated(label) && **label != format!("error: {}", error.message());
            Some(json!({
                "start": [span.start_line, span.start_column],
                "end": [span.end_line, span.end_column],
                "label": Some(&message.label).filter(own).map_or("", String::as_str),
                "primary": message.is_primary,
            }))
        })
        .collect();
    let children = error.json["children"].as_array().into_iter().flatten();
    let mut notes: Vec<String> = children.filter_map(note).collect();
    notes.dedup();
    notes.extend(hint(error).map(str::to_owned));
    json!({
        "level": error.level(),
        "code": error.code(),
        "message": error.message(),
        "places": places,
        "notes": notes,
    })
}

/// What the compiler says beneath a problem.
fn note(child: &Value) -> Option<String> {
    let (level, message) = (child["level"].as_str()?, child["message"].as_str()?);
    let spans = child["spans"].as_array().map_or(&[][..], Vec::as_slice);
    let replacement = match spans {
        [span] => span["suggested_replacement"]
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty()),
        _ => None,
    };
    let note = match replacement {
        Some(replacement) => format!("{level}: {message}: `{replacement}`"),
        None => format!("{level}: {message}"),
    };
    (!is_generated(&note)).then_some(note)
}

fn is_generated(text: &str) -> bool {
    GENERATED.iter().any(|word| text.contains(word))
}

/// What is particular to variables that live on between cells.
fn hint(error: &CompilationError) -> Option<&'static str> {
    match error.code()? {
        "E0384" | "E0594" | "E0596" => Some("help: a variable of an earlier cell becomes mutable by `let mut x = x;`"),
        "E0597" | "E0716" => {
            Some("help: a variable that stays for later cells holds no references; in `{ … }` it does not stay")
        }
        _ => None,
    }
}
