//! Which practices each function keeps, breaks, or leaves open.

use std::fmt::Write as _;

use finding::RuleKey;
use serde::Serialize;
use source_text::Place;

use crate::{
    Context, TableFormat, TerminalOptions,
    json::to_text,
    terminal::{Style, wrap},
};
use safe_text::{columns, cut, markdown, markdown_code, visible};

/// Functions side by side in one Markdown table; more are further tables.
const MARKDOWN_FUNCTIONS: usize = 8;

/// A table: the practices of an application by its functions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checklist {
    /// The practices, grouped; items of one group stand together.
    pub items: Vec<ChecklistItem>,
    /// The functions.
    pub rows: Vec<ChecklistRow>,
}

/// One practice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChecklistItem {
    /// Heading that it stands under, such as `Permissions`.
    pub group: String,
    /// The practice as a claim: `The role names its actions`.
    pub title: String,
}

/// One function's answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChecklistRow {
    /// Logical name of the function.
    pub function: String,
    /// One cell an item, in the order of the items; a missing one counts as not known.
    pub cells: Vec<Cell>,
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The answer.
    pub verdict: Verdict,
    /// The rules that decided it.
    pub rules: Vec<RuleKey>,
    /// Where it is written, if anywhere.
    pub place: Option<Place>,
    /// One sentence more; may be empty.
    pub note: String,
}

/// An answer; what was not looked at is never a pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The function keeps the practice.
    Pass,
    /// It does not.
    Fail,
    /// A value known only at deployment decides, or no rule looks at it.
    #[default]
    NotKnown,
    /// The practice says nothing about this function.
    NotApplicable,
}

impl Verdict {
    /// Every verdict, the best first.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Fail, Self::NotKnown, Self::NotApplicable];

    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotKnown => "not-known",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// At most four characters for a cell of a terminal.
    fn short(self) -> &'static str {
        match self {
            Self::Pass => "ok",
            Self::Fail => "FAIL",
            Self::NotKnown => "?",
            Self::NotApplicable => "-",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Pass => Style::Good,
            Self::Fail => Style::Bad,
            Self::NotKnown => Style::Doubt,
            Self::NotApplicable => Style::Faint,
        }
    }

    fn emoji(self) -> &'static str {
        match self {
            Self::Pass => "✅",
            Self::Fail => "❌",
            Self::NotKnown => "❔",
            Self::NotApplicable => "➖",
        }
    }
}

impl ChecklistRow {
    fn verdict(&self, item: usize) -> Verdict {
        self.cells.get(item).map(|cell| cell.verdict).unwrap_or_default()
    }
}

impl Checklist {
    /// Number of cells with a verdict; a missing cell counts as not known.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        let items = 0..self.items.len();
        let of =
            |row: &ChecklistRow| items.clone().filter(|at| row.verdict(*at) == verdict).count();
        self.rows.iter().map(of).sum()
    }

    /// Cells that need a word: the failed ones and those with a note, not the passed ones.
    fn remarks(&self) -> impl Iterator<Item = (&ChecklistItem, &ChecklistRow, &Cell)> {
        self.items.iter().enumerate().flat_map(move |(at, item)| {
            self.rows.iter().filter_map(move |row| {
                let cell = row.cells.get(at)?;
                let said = cell.verdict == Verdict::Fail
                    || (cell.verdict == Verdict::NotKnown && !cell.note.is_empty());
                said.then_some((item, row, cell))
            })
        })
    }

    fn totals(&self) -> String {
        format!(
            "{} passed, {} failed, {} not known, {} not applicable",
            self.count(Verdict::Pass),
            self.count(Verdict::Fail),
            self.count(Verdict::NotKnown),
            self.count(Verdict::NotApplicable),
        )
    }
}

/// Draws a checklist; the text ends with a line break.
#[must_use]
pub fn render_checklist(
    format: TableFormat,
    checklist: &Checklist,
    context: &Context<'_>,
    options: &TerminalOptions,
) -> String {
    match format {
        TableFormat::Terminal => terminal(checklist, context, options),
        TableFormat::Json => json(checklist, context),
        TableFormat::Markdown => markdown_page(checklist, context),
    }
}

fn terminal(checklist: &Checklist, context: &Context<'_>, options: &TerminalOptions) -> String {
    let (paint, width) = (options.paint(), options.columns());
    let title_width = (width * 2 / 5).min(46);
    let cell_width = 14;
    let at_once = ((width - title_width) / (cell_width + 2)).max(1);
    let mut out = String::new();
    // Writing to a text can not fail, here and below.
    for rows in checklist.rows.chunks(at_once) {
        let _ = write!(out, "{}", " ".repeat(title_width));
        for row in rows {
            let name = cut(&visible(&row.function), cell_width).into_owned();
            let blanks = " ".repeat(cell_width - columns(&name));
            let _ = write!(out, "  {}{blanks}", paint.paint(Style::Bold, &name));
        }
        trim_line(&mut out);
        let mut group = None;
        for (at, item) in checklist.items.iter().enumerate() {
            if group != Some(&item.group) {
                let name = cut(&visible(&item.group), width).into_owned();
                let _ = writeln!(out, "{}", paint.paint(Style::Heading, &name));
                group = Some(&item.group);
            }
            let title = cut(&visible(&item.title), title_width - 2).into_owned();
            let _ = write!(out, "  {title}{}", " ".repeat(title_width - 2 - columns(&title)));
            for row in rows {
                let verdict = row.verdict(at);
                let blanks = " ".repeat(cell_width - columns(verdict.short()));
                let _ = write!(out, "  {}{blanks}", paint.paint(verdict.style(), verdict.short()));
            }
            trim_line(&mut out);
        }
        out.push('\n');
    }
    for (item, row, cell) in checklist.remarks() {
        let head = paint.paint(cell.verdict.style(), cell.verdict.short());
        let text = visible(&remark_text(item, row, cell, context)).into_owned();
        for (at, line) in wrap(&text, width - 6).iter().enumerate() {
            let blanks = " ".repeat(5 - columns(cell.verdict.short()));
            let prefix = if at == 0 { format!("{head}{blanks}") } else { " ".repeat(5) };
            let _ = writeln!(out, "{prefix}{line}");
        }
    }
    if checklist.remarks().next().is_some() {
        out.push('\n');
    }
    let _ = writeln!(out, "{}", checklist.totals());
    out
}

/// Ends a line without the blanks that fill up its last cell.
fn trim_line(out: &mut String) {
    let kept = out.trim_end_matches(' ').len();
    out.truncate(kept);
    out.push('\n');
}

/// `CreateOrder: The role names its actions: SAS-4.1 wildcard-action, template.yaml:22:15: note`.
fn remark_text(
    item: &ChecklistItem,
    row: &ChecklistRow,
    cell: &Cell,
    context: &Context<'_>,
) -> String {
    let mut text = format!("{}: {}", row.function, item.title);
    let mut facts: Vec<String> =
        cell.rules.iter().map(|id| format!("{id} {}", context.rule_name(*id))).collect();
    facts.extend(cell.place.map(|place| context.place(place)));
    if !facts.is_empty() {
        let _ = write!(text, " ({})", facts.join(", "));
    }
    if !cell.note.is_empty() {
        let _ = write!(text, ": {}", cell.note);
    }
    text
}

fn markdown_page(checklist: &Checklist, context: &Context<'_>) -> String {
    let mut out = format!("{}\n", checklist.totals());
    for rows in checklist.rows.chunks(MARKDOWN_FUNCTIONS) {
        let mut group = None;
        for (at, item) in checklist.items.iter().enumerate() {
            if group != Some(&item.group) {
                let _ = writeln!(out, "\n### {}\n", markdown(&item.group));
                let names: Vec<_> = rows.iter().map(|row| markdown_code(&row.function)).collect();
                let _ = writeln!(out, "| Practice | {} |", names.join(" | "));
                let _ = writeln!(out, "| --- |{}", " :-: |".repeat(rows.len()));
                group = Some(&item.group);
            }
            let cells: Vec<_> = rows.iter().map(|row| row.verdict(at).emoji()).collect();
            let _ = writeln!(out, "| {} | {} |", markdown(&item.title), cells.join(" | "));
        }
    }
    if checklist.remarks().next().is_some() {
        out.push_str("\n### To look at\n\n");
    }
    for (item, row, cell) in checklist.remarks() {
        let mut line = format!(
            "- {} {}: {}",
            cell.verdict.emoji(),
            markdown_code(&row.function),
            markdown(&item.title)
        );
        for id in &cell.rules {
            let _ = write!(line, ", {id} {}", markdown_code(context.rule_name(*id)));
        }
        if let Some(place) = cell.place {
            let _ = write!(line, ", {}", markdown_code(&context.place(place)));
        }
        if !cell.note.is_empty() {
            let _ = write!(line, ": {}", markdown(&cell.note));
        }
        let _ = writeln!(out, "{line}");
    }
    out
}

#[derive(Serialize)]
struct ChecklistJson<'a> {
    schema: &'static str,
    totals: TotalsJson,
    items: Vec<ItemJson<'a>>,
    functions: Vec<RowJson<'a>>,
}

#[derive(Serialize)]
struct TotalsJson {
    pass: usize,
    fail: usize,
    not_known: usize,
    not_applicable: usize,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    group: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
struct RowJson<'a> {
    function: &'a str,
    cells: Vec<CellJson<'a>>,
}

#[derive(Serialize)]
struct CellJson<'a> {
    item: &'a str,
    verdict: &'static str,
    rules: Vec<String>,
    place: Option<crate::json::PlaceJson>,
    note: &'a str,
}

impl<'a> CellJson<'a> {
    fn of(
        item: &'a ChecklistItem,
        row: &'a ChecklistRow,
        at: usize,
        context: &Context<'_>,
    ) -> Self {
        let cell = row.cells.get(at);
        Self {
            item: &item.title,
            verdict: row.verdict(at).as_str(),
            rules: cell.iter().flat_map(|it| &it.rules).map(ToString::to_string).collect(),
            place: cell
                .and_then(|it| it.place)
                .map(|place| crate::json::place_json(place, context)),
            note: cell.map_or("", |it| &it.note),
        }
    }
}

fn json(checklist: &Checklist, context: &Context<'_>) -> String {
    let functions = checklist.rows.iter().map(|row| RowJson {
        function: &row.function,
        cells: checklist
            .items
            .iter()
            .enumerate()
            .map(|(at, item)| CellJson::of(item, row, at, context))
            .collect(),
    });
    to_text(&ChecklistJson {
        schema: "faasguard-checklist/1",
        totals: TotalsJson {
            pass: checklist.count(Verdict::Pass),
            fail: checklist.count(Verdict::Fail),
            not_known: checklist.count(Verdict::NotKnown),
            not_applicable: checklist.count(Verdict::NotApplicable),
        },
        items: checklist
            .items
            .iter()
            .map(|ChecklistItem { group, title }| ItemJson { group, title })
            .collect(),
        functions: functions.collect(),
    })
}
