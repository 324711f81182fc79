//! What the documentation shows is true: every `grn` block of README.md and docs/ is checked on the real catalog, every
//! link leads somewhere, every page is in the table of contents.
#![allow(clippy::unwrap_used)]

use grn::Source;
use grn::lang::check::check;
use grn::lang::checked::Environment;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md and every page of docs/, in order of name.
fn pages() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("docs")).unwrap();
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

fn read(page: &Path) -> String {
    std::fs::read_to_string(page).unwrap()
}

/// A fenced block: the words after its fence, its place and its text.
struct Block {
    info: String,
    place: String,
    text: String,
}

fn blocks(page: &Path) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in read(page).lines().enumerate() {
        open = match (line.strip_prefix("```"), open) {
            (Some(info), None) => Some(Block {
                info: info.to_owned(),
                place: format!("{}:{}", page.display(), index + 1),
                text: String::new(),
            }),
            (Some(_), Some(block)) => {
                blocks.push(block);
                None
            }
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                Some(block)
            }
            (None, None) => None,
        };
    }
    assert!(open.is_none(), "{}: a block is not closed", page.display());
    blocks
}

/// Blocks of every page whose fence says just this.
fn blocks_marked(info: &str) -> Vec<Block> {
    let blocks = pages().into_iter().flat_map(|page| blocks(&page));
    blocks.filter(|block| block.info == info).collect()
}

/// The codes of everything that parser and checker say. Files that an example names need not be there.
fn problems(text: &str) -> Vec<String> {
    let parse = grn_grammar::parse(text);
    let catalog = grn::stages::catalog();
    let environment = Environment {
        variables: BTreeMap::from([("DS3".to_owned(), "ds3".to_owned())]),
        ..Environment::default()
    };
    let checked = check(&parse.script, &catalog, &environment);
    let syntax = parse.errors.iter().map(|error| error.code);
    let codes = syntax.chain(checked.diagnostics.iter().map(|diagnostic| diagnostic.code));
    codes
        .filter(|code| *code != "missing-file")
        .map(str::to_owned)
        .collect()
}

/// The codes that a block's comments announce as `grn::code`.
fn announced(text: &str) -> Vec<String> {
    let after = text.split("grn::").skip(1);
    let is_code = |c: char| c.is_ascii_lowercase() || c == '-';
    after
        .map(|rest| rest.chars().take_while(|c| is_code(*c)).collect())
        .collect()
}

#[test]
fn every_example_is_right() {
    let blocks = blocks_marked("grn");
    assert!(blocks.len() > 10, "{} examples", blocks.len());
    for block in blocks {
        let problems = problems(&block.text);
        assert!(problems.is_empty(), "{}: {problems:?}\n{}", block.place, block.text);
    }
}

#[test]
fn every_wrong_example_has_the_errors_it_announces() {
    let blocks = blocks_marked("grn,error");
    assert!(!blocks.is_empty());
    for block in blocks {
        let announced = announced(&block.text);
        assert!(!announced.is_empty(), "{} announces nothing", block.place);
        let (mut found, mut expected) = (problems(&block.text), announced);
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{}\n{}", block.place, block.text);
    }
}

#[test]
fn the_scripts_of_examples_are_right() {
    let folders = ["examples", "examples/paper"].map(|folder| std::fs::read_dir(root().join(folder)).unwrap());
    for entry in folders.into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "grn") {
            let problems = problems(&read(&path));
            assert!(problems.is_empty(), "{}: {problems:?}", path.display());
        }
    }
}

#[test]
fn examples_are_written_as_the_formatter_writes_them() {
    // The reference shows the catalog's examples, which are single lines.
    let by_hand = blocks_marked("grn");
    for block in by_hand.iter().filter(|block| !block.place.contains("reference.md")) {
        let formatted = grn::format(&block.text).unwrap();
        assert_eq!(block.text, formatted, "{}", block.place);
    }
    let one_liner = Source::new("quickstart", read(&root().join("examples/quickstart.grn")), None);
    assert_eq!(grn::format(&one_liner.text).unwrap(), one_liner.text);
}

/// The targets of links and pictures, `[…](target)`.
fn links(text: &str) -> Vec<String> {
    let after = text.split("](").skip(1);
    after
        .filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
        .collect()
}

#[test]
fn every_link_leads_to_a_file() {
    for page in pages() {
        let folder = page.parent().unwrap();
        for link in links(&read(&page)) {
            let path = link.split('#').next().unwrap_or_default();
            let elsewhere = link.starts_with("https://") || path.is_empty();
            assert!(elsewhere || folder.join(path).exists(), "{}: {link}", page.display());
        }
    }
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let contents = links(&read(&root().join("docs/README.md")));
    for page in pages() {
        let name = page.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(
            name == "README.md" || contents.contains(&name),
            "docs/README.md lacks {name}"
        );
    }
}

#[test]
fn the_python_of_the_columns_page_writes_a_file_that_is_read() {
    let blocks = blocks_marked("python");
    let block = blocks.iter().find(|block| block.place.contains("columns.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ran = Command::new("python3")
        .args(["-c", &block.text])
        .current_dir(folder.path())
        .output();
    let Ok(ran) = ran else {
        println!("skipped: there is no python3");
        return;
    };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let genes: Vec<String> = (0..200).map(|gene| gene.to_string()).collect();
    let read = grn::data::given::read(&folder.path().join("mine.grn-columns"), &genes).unwrap();
    let grn::data::given::Given::Pairs(pairs) = read else {
        panic!("expected pairs");
    };
    assert_eq!((pairs.score(17, 4), pairs.score(17, 120)), (Some(0.93), Some(0.88)));
    assert_eq!(blocks.len(), 1);
}

fn grn(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_grn"));
    command.args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn the_command_line_page_has_every_option() {
    let page = read(&root().join("docs/cli.md"));
    for command in ["run", "check", "fmt", "explain", "stages", "completions"] {
        let help = String::from_utf8(grn(&[command, "--help"], root()).stdout).unwrap();
        let words = help.split(|c: char| c.is_whitespace() || c == ',' || c == '=');
        let options: Vec<&str> = words
            .filter(|word| word.starts_with("--") && *word != "--help")
            .collect();
        for option in options {
            assert!(
                page.contains(&format!("`{option}")) || page.contains(&format!(" {option}")),
                "{command} {option}"
            );
        }
        assert!(page.contains(&format!("grn {command}")), "{command}");
    }
}

/// tests/results: what docs/results/results.py runs and writes. Python tells what failed.
#[test]
fn the_page_of_results_is_what_was_run() {
    let mut tests = Command::new("python3");
    tests
        .args(["-B", "-m", "unittest", "discover", "-s", "tests/results"])
        .current_dir(root())
        .env("GRN_PROGRAM", env!("CARGO_BIN_EXE_grn"));
    let Ok(ran) = tests.output() else {
        println!("skipped: there is no python3");
        return;
    };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn the_error_in_the_readme_is_what_comes_out() {
    let page = root().join("README.md");
    let shown = blocks(&page)
        .into_iter()
        .find(|block| block.text.starts_with("error[grn::"));
    let shown = shown.unwrap();
    let script: String = shown
        .text
        .lines()
        .filter_map(|line| Some(format!("{}\n", line.split_once("4 │ ")?.1)))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ablation.grn"), format!("\n\n\n{script}")).unwrap();
    let found = String::from_utf8(grn(&["check", "ablation.grn"], folder.path()).stderr).unwrap();
    assert!(found.contains(shown.text.trim_end()), "{found}\n{}", shown.text);
}
