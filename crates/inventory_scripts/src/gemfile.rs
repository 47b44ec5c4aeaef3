//! `Gemfile`: what an application asks for, in the notation of Bundler.

use component::{
    Component, ComponentId, ComponentKind, Ecosystem, EvidenceKind, FileRole, IndexRole, Inventory,
    Origin, OriginKind, PackageIndex, RemarkKind, Requirement, Scope, read_text,
};

use crate::{
    line,
    ruby::{Statement, Token, statements},
};

/// Groups that are not there when the function runs.
const FOR_BUILDING: [&str; 5] = ["development", "test", "ci", "rubocop", "lint"];

/// Most blocks around a gem that count.
const MOST_BLOCKS: usize = 50;

/// What the `do` of an open block says about the gems within.
#[derive(Default)]
struct Block {
    scope: Option<Scope>,
    origin: Option<Origin>,
}

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    into.file(path, FileRole::Manifest);
    let mut project = Component::new(Ecosystem::RubyGems, "application", None).seen(
        path,
        Some(1),
        EvidenceKind::Manifest,
    );
    project.kind = ComponentKind::Project;
    let Some(project) = into.add(project) else { return };
    let mut open: Vec<Block> = Vec::new();
    for statement in statements(&text) {
        let opens = statement.tokens.iter().any(|token| token.is_word("do"));
        match statement.verb() {
            "gem" => ask(path, &statement, &open, project, into),
            "source" => {
                let origin = source(path, &statement, opens, into);
                if opens {
                    open.push(Block { origin, scope: None });
                }
            }
            "group" if opens => {
                open.push(Block { scope: Some(group_scope(&statement)), origin: None });
            }
            "path" | "git" if opens => {
                let kind =
                    if statement.verb() == "git" { OriginKind::Git } else { OriginKind::Path };
                let origin = statement.texts().first().map(|it| Origin::at(kind, it));
                open.push(Block { origin, scope: None });
            }
            "eval_gemfile" => {
                let what = "`eval_gemfile` names another file, which is not read";
                into.remark(path, line(statement.line), RemarkKind::Partial, what);
            }
            "end" => {
                open.pop();
            }
            "if" | "unless" | "case" | "begin" | "def" | "while" => open.push(Block::default()),
            _ if opens => open.push(Block::default()),
            _ => {}
        }
    }
}

/// Adds what a `gem` asks for.
fn ask(
    path: &str,
    statement: &Statement,
    open: &[Block],
    project: ComponentId,
    into: &mut Inventory,
) {
    let Some(wish) = wish(path, statement, open) else {
        let what = "a gem whose name is computed is left out";
        return into.remark(path, line(statement.line), RemarkKind::Partial, what);
    };
    let (scope, range) = (wish.scope, wish.wanted.clone().unwrap_or_default());
    let name = wish.name.clone();
    let Some(id) = into.add(wish) else { return };
    into.require(project, Requirement { scope, ..Requirement::resolved(name, range, id) });
}

/// The registry that a `source` names, told when it is not the default one.
fn source(path: &str, statement: &Statement, opens: bool, into: &mut Inventory) -> Option<Origin> {
    let address = statement.texts().first().copied()?;
    let origin = Origin::at(OriginKind::Registry, address);
    if origin.host.as_deref() != Some("rubygems.org") {
        let is_first = into.indexes.last().is_none_or(|known| known.path != path);
        let role = match (opens, is_first) {
            (true, _) => IndexRole::Named(origin.host.clone().unwrap_or_default()),
            (false, true) => IndexRole::Primary,
            (false, false) => IndexRole::Extra,
        };
        let line = line(statement.line);
        into.index(PackageIndex { role, origin: origin.clone(), path: path.to_owned(), line });
    }
    Some(origin)
}

fn wish(path: &str, statement: &Statement, open: &[Block]) -> Option<Component> {
    let name = statement.tokens.iter().find(|it| !matches!(it, Token::Word(_) | Token::Mark('(')));
    let name = name.and_then(Token::text).filter(|name| !name.is_empty())?;
    let texts = statement.texts();
    let range = texts.get(1..).unwrap_or_default().join(", ");
    let mut wish = Component::new(Ecosystem::RubyGems, name, None).seen(
        path,
        line(statement.line),
        EvidenceKind::Manifest,
    );
    wish.wanted = Some(range);
    wish.direct = true;
    let around = || open.iter().rev().take(MOST_BLOCKS);
    wish.scope = group_of(statement).or(around().find_map(|it| it.scope)).unwrap_or(Scope::Runtime);
    wish.origin = origin(statement)
        .or_else(|| around().find_map(|it| it.origin.clone()))
        .unwrap_or_else(|| Origin::of(OriginKind::Registry));
    Some(wish)
}

fn group_of(statement: &Statement) -> Option<Scope> {
    let groups: Vec<&str> =
        [statement.under("group"), statement.under("groups")].into_iter().flatten().collect();
    (!groups.is_empty()).then(|| scope_of(&groups))
}

/// `group :test, :development do`; `optional: true` is installed only when somebody asks.
fn group_scope(statement: &Statement) -> Scope {
    let names = statement.tokens.iter().filter_map(|token| match token {
        Token::Symbol(name) | Token::Text(name) => Some(name.as_str()),
        _ => None,
    });
    let names: Vec<&str> = names.filter(|name| *name != "optional").collect();
    let is_optional = statement.tokens.iter().any(|token| token.is_word("true"));
    match scope_of(&names) {
        Scope::Runtime if is_optional => Scope::Optional,
        scope => scope,
    }
}

fn scope_of(groups: &[&str]) -> Scope {
    let builds = groups.iter().all(|group| FOR_BUILDING.contains(group));
    if builds && !groups.is_empty() { Scope::Development } else { Scope::Runtime }
}

fn origin(statement: &Statement) -> Option<Origin> {
    let first = |key: &str| statement.under(key).first().map(|it| (*it).to_owned());
    let revision = ["ref", "tag", "branch"].into_iter().find_map(first);
    if let Some(address) = first("git") {
        return Some(Origin::at(OriginKind::Git, &address).with_revision(revision));
    }
    for (key, host) in
        [("github", "github.com"), ("gitlab", "gitlab.com"), ("bitbucket", "bitbucket.org")]
    {
        if let Some(name) = first(key) {
            let name = if name.contains('/') { name } else { format!("{name}/{name}") };
            let address = format!("https://{host}/{name}.git");
            return Some(Origin::at(OriginKind::Git, &address).with_revision(revision));
        }
    }
    if let Some(folder) = first("path") {
        return Some(Origin::at(OriginKind::Path, &folder));
    }
    first("source").map(|address| Origin::at(OriginKind::Registry, &address))
}
