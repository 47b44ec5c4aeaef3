//! Prints a SAM template as CloudFormation JSON: `expand FILE [REGION]`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its caller")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let text = std::fs::read_to_string(&path)?;
    let sources = source_text::Sources::default();
    let file = sources.add(path, text.clone());
    let parsed = source_text::parse_yaml(file, &text, &source_text::Limits::default())?;
    let document = parsed.documents.into_iter().next().ok_or("an empty file")?;
    let lowered = document;
    let options = sam_transform::Options {
        region: std::env::args().nth(2).map(Into::into),
        ..sam_transform::Options::default()
    };
    let expanded = sam_transform::expand(&lowered, &options, None);
    for diagnostic in &expanded.diagnostics {
        let (line, message) = (diagnostic.place.line, &diagnostic.message);
        eprintln!("{line}: {:?}: {message}", diagnostic.level);
    }
    println!("{:?}", expanded.template);
    Ok(())
}
