//! The text of `Handler`, by runtime.

use code_ir::Language;

/// Which file and which symbol in it a handler names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handler {
    /// A file, without its ending, relative to the code folder, and a dotted symbol.
    File {
        /// `src/app`.
        stem: String,
        /// `handler`, `Orders.create`.
        symbol: String,
    },
    /// A class by its package, and a method.
    Class {
        /// `com.example`, `Orders.Api`; empty when none is named.
        package: String,
        /// `App`, `Outer.Inner`.
        class: String,
        /// `handleRequest`.
        method: String,
    },
    /// The program registers its handler itself.
    Program,
}

impl Handler {
    /// Reads a handler; nothing when it has not the form of its language.
    #[must_use]
    pub fn parse(language: Language, text: &str) -> Option<Self> {
        match language {
            Language::Python => {
                let (module, symbol) = text.rsplit_once('.')?;
                file(&module.replace('.', "/"), symbol)
            }
            Language::JavaScript | Language::TypeScript => {
                // The file's name may hold dots; the symbol may be `handlers.create`, which the
                // runtime splits at the first dot behind the last slash.
                let (folder, name) = text.rsplit_once('/').unwrap_or(("", text));
                let (stem, symbol) = name.split_once('.')?;
                file(&format!("{folder}/{stem}"), symbol)
            }
            Language::Ruby => {
                let (stem, symbol) = text.split_once('.')?;
                file(stem, &symbol.replace("::", "."))
            }
            Language::Java => {
                let (class, method) = text.split_once("::").unwrap_or((text, "handleRequest"));
                class_of(class, method)
            }
            Language::CSharp => {
                let mut parts = text.splitn(3, "::").skip(1);
                let Some(class) = parts.next() else { return Some(Self::Program) };
                class_of(class, parts.next()?)
            }
            Language::Go => Some(Self::Program),
        }
    }
}

fn file(stem: &str, symbol: &str) -> Option<Handler> {
    let stem = stem.trim_matches('/').trim_start_matches("./").to_owned();
    let is_named = !stem.is_empty() && !symbol.is_empty();
    is_named.then(|| Handler::File { stem, symbol: symbol.to_owned() })
}

fn class_of(class: &str, method: &str) -> Option<Handler> {
    let (package, class) = class.rsplit_once('.').unwrap_or(("", class));
    let is_named = !class.is_empty() && !method.is_empty();
    is_named.then(|| Handler::Class {
        package: package.to_owned(),
        class: class.replace(['$', '+'], "."),
        method: method.to_owned(),
    })
}

/// The language of a runtime identifier; `provided` may run any compiled one, Go by far the most.
#[must_use]
pub fn runtime_language(runtime: &str) -> Option<Language> {
    Some(match runtime {
        text if text.starts_with("python") => Language::Python,
        text if text.starts_with("nodejs") => Language::JavaScript,
        text if text.starts_with("ruby") => Language::Ruby,
        text if text.starts_with("java") => Language::Java,
        text if text.starts_with("dotnet") => Language::CSharp,
        text if text.starts_with("go") || text.starts_with("provided") => Language::Go,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use code_ir::Language;

    use super::Handler;

    fn check(language: Language, text: &str, expect: &str) {
        let words = match Handler::parse(language, text) {
            Some(Handler::File { stem, symbol }) => format!("{stem} {symbol}"),
            Some(Handler::Class { package, class, method }) => {
                format!("{package} {class} {method}")
            }
            Some(Handler::Program) => "program".to_owned(),
            None => "none".to_owned(),
        };
        assert_eq!(words, expect, "{text}");
    }

    #[test]
    fn handlers_are_read_as_the_runtimes_read_them() {
        check(Language::Python, "app.handler", "app handler");
        check(Language::Python, "pkg.app.handler", "pkg/app handler");
        check(Language::Python, "src/pkg/app.handler", "src/pkg/app handler");
        check(Language::Python, "handler", "none");
        check(Language::JavaScript, "src/index.handler", "src/index handler");
        check(Language::JavaScript, "./app.v1.handler", "app v1.handler");
        check(Language::Ruby, "app.Orders::Api.create", "app Orders.Api.create");
        check(Language::Java, "com.example.App", "com.example App handleRequest");
        check(Language::Java, "com.example.App$In::run", "com.example App.In run");
        check(Language::CSharp, "Orders::Orders.Api.Function::Get", "Orders.Api Function Get");
        check(Language::CSharp, "Orders", "program");
        check(Language::Go, "bootstrap", "program");
    }
}
