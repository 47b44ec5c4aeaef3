//! Recipes of container images: which program they start, and of which folders they are made.

/// What an image is made of and starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recipe {
    /// Folders and files that are copied into it, relative to the context.
    pub(crate) copied: Vec<String>,
    /// What it starts, when that can be told.
    pub(crate) start: Option<Start>,
}

/// What an image starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// A handler, in the words of its runtime: `app.handler`.
    Handler(String),
    /// A server: a file without its ending, and a symbol in it; empty for the file itself.
    Server {
        /// `src/main`.
        stem: String,
        /// `app`.
        symbol: String,
    },
}

/// Reads a Dockerfile.
pub(crate) fn read_recipe(text: &str) -> Recipe {
    let mut recipe = Recipe::default();
    let (mut entry, mut command) = (Vec::new(), Vec::new());
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in joined.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let Some((word, rest)) = line.split_once(char::is_whitespace) else { continue };
        match word.to_ascii_uppercase().as_str() {
            // What an earlier stage starts is not what the image does.
            "FROM" => (entry, command) = (Vec::new(), Vec::new()),
            "ENTRYPOINT" => entry = words(rest),
            "CMD" => command = words(rest),
            "COPY" | "ADD" => {
                let from_stage = rest.contains("--from=");
                let mut rest = rest.trim_start();
                while rest.starts_with("--") {
                    rest = rest.split_once(char::is_whitespace).map_or("", |it| it.1.trim_start());
                }
                let mut parts = words(rest);
                parts.pop();
                if !from_stage {
                    recipe.copied.extend(parts);
                }
            }
            _ => {}
        }
    }
    entry.extend(command);
    recipe.start = start(&entry);
    recipe
}

/// The words of an instruction: a list in JSON, or words of a shell.
fn words(text: &str) -> Vec<String> {
    let listed = text.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match listed {
        Some(listed) => listed
            .split(',')
            .map(|word| word.trim().trim_matches(['"', '\'']).to_owned())
            .filter(|word| !word.is_empty())
            .collect(),
        None => text.split_whitespace().map(|word| word.trim_matches(['"', '\'']).into()).collect(),
    }
}

/// What some words start: the handler that a runtime's client is given, a file, or an object of one.
fn start(words: &[String]) -> Option<Start> {
    let is_client = |word: &String| word.contains("awslambdaric") || word.contains("lambda-ric");
    let handler = match words {
        [only] => Some(only),
        _ if words.iter().any(is_client) => words.last().filter(|word| !is_client(word)),
        _ => None,
    };
    let ends = [".py", ".js", ".mjs", ".cjs", ".ts", ".rb"];
    let stem_of = |word: &str| {
        let stem = ends.iter().find_map(|end| word.strip_suffix(end))?;
        Some(inside(stem))
    };
    let handler = handler.filter(|word| word.contains('.') && stem_of(word).is_none());
    if let Some(handler) = handler {
        return Some(Start::Handler(handler.clone()));
    }
    let object = words.iter().find_map(|word| {
        let (module, symbol) = word.split_once(':')?;
        let is_name = |text: &str| {
            text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_' || it == '.')
        };
        let symbol = symbol.trim_end_matches("()");
        let fits = is_name(module) && is_name(symbol);
        fits.then(|| Start::Server { stem: module.replace('.', "/"), symbol: symbol.to_owned() })
    });
    let file = || words.iter().find_map(|word| stem_of(word));
    let module = || {
        let at = words.iter().position(|word| word == "-m")?;
        let module = words.get(at + 1)?;
        (!is_client(module)).then(|| module.replace('.', "/"))
    };
    object.or_else(|| {
        let stem = file().or_else(module)?;
        Some(Start::Server { stem, symbol: String::new() })
    })
}

/// A path without the folder of an image that the code is copied to.
fn inside(path: &str) -> String {
    let path = ["/var/task/", "/app/", "/usr/src/app/", "./", "/"]
        .iter()
        .find_map(|folder| path.strip_prefix(folder))
        .unwrap_or(path);
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Start, read_recipe};

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let words = match read_recipe(text).start {
            Some(Start::Handler(handler)) => format!("handler {handler}"),
            Some(Start::Server { stem, symbol }) => {
                format!("{stem} {symbol}").trim_end().to_owned()
            }
            None => "none".to_owned(),
        };
        assert_eq!(words, expect, "{text}");
    }

    #[test]
    fn a_command_names_a_handler_or_a_server() {
        check("FROM x\nCMD [\"app.handler\"]", "handler app.handler");
        check("CMD [ \"src/app.handler\" ]", "handler src/app.handler");
        check("CMD app.handler", "handler app.handler");
        let client =
            "ENTRYPOINT [\"/usr/bin/python\", \"-m\", \"awslambdaric\"]\nCMD [\"app.run\"]";
        check(client, "handler app.run");
        check(
            "ENTRYPOINT [\"npx\", \"aws-lambda-ric\"]\nCMD [\"index.handler\"]",
            "handler index.handler",
        );
        check("CMD exec gunicorn --bind :$PORT main:app", "main app");
        check("CMD [\"uvicorn\", \"src.main:api\", \"--port=8080\"]", "src/main api");
        check("CMD [\"python\", \\\n  \"/app/server.py\"]", "server");
        check("CMD [\"python\", \"-m\", \"pkg.main\"]", "pkg/main");
        check("CMD node src/index.js", "src/index");
        check("CMD [\"npm\", \"start\"]", "none");
        check("CMD [\"a.b\"]\nFROM y\nRUN z", "none");
        check("", "none");
    }

    #[test]
    fn what_is_copied_from_the_context_is_noted() {
        let recipe = read_recipe(
            "FROM a AS b\nCOPY src/ requirements.txt ./\nFROM c\nCOPY --from=b /x /y\n\
             COPY --chown=1 [\"lib\", \"/opt\"]\n# COPY no /no\n",
        );
        assert_eq!(recipe.copied, ["src/", "requirements.txt", "lib"]);
    }
}
