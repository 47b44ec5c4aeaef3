//! `cargo xtask sizes [--check]`: how large the rooms are, crate by crate, and the release program, which must be
//! there and within `benches/budgets.toml` with `--check`.

use std::fs;

use crate::{
    Outcome,
    arguments::Arguments,
    budgets,
    workspace::{Workspace, release_binary, rooms},
};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let is_checked = arguments.flag("--check");
    arguments.finish()?;
    let workspace = Workspace::load()?;
    println!(
        "{:<22} {:>5} {:>6} {:>7} {:>7} {:>8} {:>9}",
        "crate", "floor", "files", "lines", "median", "longest", "function"
    );
    let mut packages: Vec<_> = workspace.packages.iter().collect();
    packages.sort_by_key(|package| (package.floor, &package.name));
    let (mut files, mut lines) = (0, 0);
    for package in packages {
        let rooms = rooms(&workspace.root, &package.folder.join("src"))?;
        let mut lengths: Vec<usize> = rooms.iter().map(|room| room.lines).collect();
        lengths.sort_unstable();
        let mut longest_function = 0;
        for room in &rooms {
            let text = fs::read_to_string(workspace.root.join(&room.path))?;
            longest_function = longest_function.max(longest_function_of(&text));
        }
        let sum: usize = lengths.iter().sum();
        println!(
            "{:<22} {:>5} {:>6} {:>7} {:>7} {:>8} {:>9}",
            package.name,
            package.floor.map_or_else(String::new, |floor| floor.to_string()),
            lengths.len(),
            sum,
            lengths.get(lengths.len() / 2).copied().unwrap_or(0),
            lengths.last().copied().unwrap_or(0),
            longest_function
        );
        files += lengths.len();
        lines += sum;
    }
    println!("{:<22} {:>5} {files:>6} {lines:>7}", "all", "");
    let bytes = release_binary().map(fs::metadata).transpose()?.map(|it| it.len());
    match bytes {
        Some(bytes) => println!("release program: {bytes} bytes"),
        None => println!("release program: not built (`cargo build --release`)"),
    }
    if !is_checked {
        return Ok(());
    }
    let bytes = bytes.ok_or("there is no release program; run `cargo build --release` first")?;
    budgets::read()?.program.excess(bytes).map_or(Ok(()), |it| Err(it.into()))
}

/// Lines of the longest function: from the line with `fn` to the closing brace of the same indent.
/// Exact because the code is formatted; functions in one line count as one.
fn longest_function_of(text: &str) -> usize {
    let mut longest = 0;
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let code = line.trim_start();
        let starts = code.split("fn ").next().is_some_and(|before| {
            before.len() < code.len() && before.split_whitespace().all(is_qualifier)
        });
        if starts {
            longest = longest.max(1);
            if !code.ends_with('}') && !code.ends_with(';') {
                open.push((indent, number));
            }
        } else if code == "}"
            && let Some((start_indent, start)) = open.last().copied()
            && indent == start_indent
        {
            longest = longest.max(number - start + 1);
            open.pop();
        }
    }
    longest
}

/// Words that may stand before `fn`.
fn is_qualifier(word: &str) -> bool {
    word.starts_with("pub") || word.ends_with(')') || matches!(word, "const" | "async" | "unsafe")
}

#[cfg(test)]
mod tests {
    use super::longest_function_of;

    #[test]
    fn a_function_is_as_long_as_from_its_head_to_its_brace() {
        let text = "fn a() {\n    if true {\n    }\n}\n\npub(crate) fn b(\n    x: u8,\n) -> u8 {\n    let y = x;\n    y\n}\n";
        assert_eq!(longest_function_of(text), 6);
    }

    #[test]
    fn a_mention_of_a_function_is_not_one() {
        assert_eq!(longest_function_of("// the fn of this\nlet s = \"fn x\";\n"), 0);
        assert_eq!(longest_function_of("    fn read(&self) -> u8;\n"), 1);
    }
}
