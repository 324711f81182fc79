//! The canonical layout.

use grn_grammar::{format, parse};

/// Formats to `expected`, which then stays as it is and says the same.
fn assert_format(source: &str, expected: &str) {
    let formatted = format(source);
    assert_eq!(formatted.as_deref(), Ok(expected), "{source}");
    assert_eq!(format(expected).as_deref(), Ok(expected), "not idempotent");
    assert_eq!(
        parse(source).script.without_spans(),
        parse(expected).script.without_spans()
    );
}

#[test]
fn one_blank_between_words_and_none_inside_arguments() {
    assert_format("a   b\tk = 80|c  d\r\n", "a b k=80 | c d\n");
    assert_format("let  x=a|b", "let x = a | b\n");
    assert_format(
        "use a|b\nexplain   x\nset  device = cpu   threads =2",
        "use a | b\nexplain x\nset device=cpu threads=2\n",
    );
    assert_format("help   retrieve  attn", "help retrieve attn\n");
    assert_format("let | let k=3", "let | let k=3\n");
}

#[test]
fn groups_are_closed_up() {
    assert_format(
        "a [ b ,c, ] k={2:80 ,3 : 80}\tt=( 2 ) u=(2,3,)",
        "a [b, c] k={2: 80, 3: 80} t=(2,) u=(2, 3)\n",
    );
    assert_format("a [\n  b,\n\n  c\n] k=42 .. 44", "a [b, c] k=42..44\n");
    assert_format("a k=[(2),{2:1,3:(1,2)}]", "a k=[(2,), {2: 1, 3: (1, 2)}]\n");
}

#[test]
fn numbers_keep_their_spelling_and_strings_get_one() {
    assert_format("a k=2e-4 l=007 m=1.50 n=-0", "a k=2e-4 l=007 m=1.50 n=-0\n");
    assert_format(
        "a k=\"tab\there \\\"é\\\" \\\\\"",
        "a k=\"tab\\there \\\"é\\\" \\\\\"\n",
    );
}

#[test]
fn pipelines_stay_broken_and_long_ones_are_broken() {
    assert_format("a\n|b|c\n\n\n   | d", "a\n  | b\n  | c\n  | d\n");
    let stage = "a".repeat(49);
    assert_format(&format!("{stage}|{stage}"), &format!("{stage}\n  | {stage}\n"));
    let short = "a".repeat(48);
    assert_format(&format!("{short}|{stage}"), &format!("{short} | {stage}\n"));
}

#[test]
fn comments_and_single_blank_lines_are_kept() {
    assert_format(
        "\n\n# one  \n\n\n\n#two\na# three\n\n\nb  # four\n\n",
        "# one\n\n#two\na # three\n\nb # four\n",
    );
    assert_format(
        "a # one\n\n# two\n # three\n| b # four\n# five\n",
        "a # one\n  # two\n  # three\n  | b # four\n# five\n",
    );
    assert_format("", "");
    assert_format("\u{feff}\n\n", "");
    assert_format("# only", "# only\n");
}

#[test]
fn comments_inside_brackets_keep_them_open() {
    assert_format(
        "a [ # head\n b # one\n , c, # two\n # three\n d ] k=2 | e t=(2, # four\n3)",
        "a [ # head\n  b, # one\n  c, # two\n  # three\n  d,\n] k=2\n  | e t=(\n      2, # four\n      3,\n    )\n",
    );
    assert_format(
        "a k={2 # why\n # really\n: 80}",
        "a k={\n  2: 80, # why\n  # really\n}\n",
    );
    assert_format(
        "a k=[{2: 80, # x\n}, {2: 60}]",
        "a k=[\n  {\n    2: 80, # x\n  },\n  {2: 60},\n]\n",
    );
    assert_format("a k=[b\n# below\n]", "a k=[\n  b, # below\n]\n");
}

#[test]
fn brackets_of_a_stage_that_does_not_fit_are_filled() {
    let genes: Vec<String> = (100..130).map(|gene| format!("G{gene}")).collect();
    let line = |from: usize, to: usize| genes[from..to].join(", ");
    assert_format(
        &format!("plot network genes=({}) sizes=[2,3]", genes.join(",")),
        &format!(
            "plot network genes=(\n  {},\n  {},\n) sizes=[2, 3]\n",
            line(0, 16),
            line(16, 30)
        ),
    );
    assert_format(
        &format!("a | plot network genes=({})", genes.join(",")),
        &format!(
            "a\n  | plot network genes=(\n      {},\n      {},\n    )\n",
            line(0, 15),
            line(15, 30)
        ),
    );
}

#[test]
fn a_broken_text_is_left_alone() {
    assert_eq!(format("a | ").map_err(|errors| errors.len()), Err(1));
}
