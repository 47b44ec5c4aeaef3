//! A view drawn into a frame.

use std::borrow::Cow;

use alert_form::Alert;
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Cell, Clear, Paragraph, Row, Sparkline, Table, TableState, Wrap},
};
use sigma::Severity;

use crate::view::{MINUTES, Pane, View};

/// Characters of a text that are drawn at most: more than a terminal has columns.
const LONGEST: usize = 1_000;

/// Columns from which on the lists stand beside the alerts, and lines below which only alerts are shown.
const WIDE: u16 = 100;
const HIGH: u16 = 12;

/// Whether levels have colours (`NO_COLOR` asks for none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Yes.
    On,
    /// No: levels are words, what is chosen is reversed.
    Off,
}

/// Draws the view.
pub fn draw(view: &View, colours: Colours, frame: &mut Frame<'_>) {
    let painter = Painter { view, colours };
    let area = frame.area();
    let rows = Layout::vertical([Constraint::Length(4), Constraint::Min(1), Constraint::Length(1)]);
    let [top, middle, bottom] = if area.height < HIGH {
        let rows = [Constraint::Length(0), Constraint::Min(1), Constraint::Length(1)];
        Layout::vertical(rows).areas(area)
    } else {
        rows.areas(area)
    };
    painter.rates(frame, top);
    if area.height < HIGH {
        painter.alerts(frame, middle);
    } else if area.width >= WIDE {
        let [left, right] =
            Layout::horizontal([Constraint::Percentage(60), Constraint::Percentage(40)])
                .areas(middle);
        let [incidents, functions] =
            Layout::vertical([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(right);
        painter.alerts(frame, left);
        painter.incidents(frame, incidents);
        painter.functions(frame, functions);
    } else {
        match view.pane {
            Pane::Alerts => painter.alerts(frame, middle),
            Pane::Incidents => painter.incidents(frame, middle),
            Pane::Functions => painter.functions(frame, middle),
        }
    }
    if view.has_details {
        painter.details(frame, middle);
    }
    painter.last_line(frame, bottom);
}

struct Painter<'v> {
    view: &'v View,
    colours: Colours,
}

impl Painter<'_> {
    fn rates(&self, frame: &mut Frame<'_>, area: Rect) {
        let rates = self.view.rates(MINUTES.min(usize::from(area.width.saturating_sub(2))));
        let last = rates.last().copied().unwrap_or_default();
        let title = format!(
            " {} alerts, {last} in the last minute; {} minutes ",
            self.view.len(),
            rates.len()
        );
        let line = Sparkline::default().block(Block::bordered().title(title)).data(&rates);
        frame.render_widget(line, area);
    }

    fn alerts(&self, frame: &mut Frame<'_>, area: Rect) {
        let all: Vec<&Alert> = self.view.shown().take(self.reach(Pane::Alerts, area)).collect();
        let rows = all.iter().map(|alert| {
            Row::new([
                Cell::from(shown(alert.time.as_deref().unwrap_or("no time"))),
                self.level(alert.level),
                Cell::from(shown(&alert.rule)),
                Cell::from(shown(alert.function.as_deref().unwrap_or_default())),
                Cell::from(shown(short_actor(alert.actor.as_deref().unwrap_or_default()))),
            ])
        });
        let widths = [
            Constraint::Length(20),
            Constraint::Length(8),
            Constraint::Fill(3),
            Constraint::Fill(1),
            Constraint::Fill(2),
        ];
        let title = format!(" alerts from {} on{} ", self.view.lowest().word(), self.filter());
        self.table(frame, area, Pane::Alerts, &title, rows.collect(), &widths);
    }

    fn incidents(&self, frame: &mut Frame<'_>, area: Rect) {
        let all = self.view.incidents();
        let rows = all.iter().take(self.reach(Pane::Incidents, area)).map(|it| {
            Row::new([
                self.level(it.level),
                Cell::from(it.alerts.to_string()),
                Cell::from(shown(short_actor(&it.actor))),
                Cell::from(shown(&it.last_time)),
            ])
        });
        let widths = [
            Constraint::Length(8),
            Constraint::Length(6),
            Constraint::Fill(1),
            Constraint::Length(20),
        ];
        let title = format!(" {} incidents ", all.len());
        self.table(frame, area, Pane::Incidents, &title, rows.collect(), &widths);
    }

    fn functions(&self, frame: &mut Frame<'_>, area: Rect) {
        let all = self.view.functions();
        let rows = all.iter().take(self.reach(Pane::Functions, area)).map(|it| {
            let changed = it.changed.as_deref().unwrap_or("-");
            Row::new([
                self.level(it.level),
                Cell::from(it.alerts.to_string()),
                Cell::from(shown(&it.name)),
                Cell::from(shown(changed)),
                Cell::from(shown(short_actor(it.changed_by.as_deref().unwrap_or_default()))),
            ])
        });
        let widths = [
            Constraint::Length(8),
            Constraint::Length(6),
            Constraint::Fill(1),
            Constraint::Length(20),
            Constraint::Fill(1),
        ];
        let title = format!(" {} functions, last change and by whom ", all.len());
        self.table(frame, area, Pane::Functions, &title, rows.collect(), &widths);
    }

    /// Rows that are worth making: up to the chosen one, and a screen beyond it.
    fn reach(&self, pane: Pane, area: Rect) -> usize {
        self.view.chosen_in(pane) + usize::from(area.height) + 1
    }

    fn table(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        pane: Pane,
        title: &str,
        rows: Vec<Row<'_>>,
        widths: &[Constraint],
    ) {
        let is_own = self.view.pane == pane;
        let block = Block::bordered().title(shown(title).into_owned());
        let block = if is_own {
            block.border_style(Modifier::BOLD)
        } else {
            block.border_style(Modifier::DIM)
        };
        let mut state = TableState::default();
        if !rows.is_empty() && is_own {
            state.select(Some(self.view.chosen().min(rows.len() - 1)));
        }
        let table = Table::new(rows, widths.iter().copied())
            .block(block)
            .row_highlight_style(Modifier::REVERSED);
        frame.render_stateful_widget(table, area, &mut state);
    }

    fn level(&self, level: Severity) -> Cell<'static> {
        Cell::from(level.word().get(..8).unwrap_or(level.word())).style(self.style(level))
    }

    fn style(&self, level: Severity) -> Style {
        if self.colours == Colours::Off {
            return Style::default();
        }
        match level {
            Severity::Critical => Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
            Severity::High => Style::new().fg(Color::Red),
            Severity::Medium => Style::new().fg(Color::Yellow),
            Severity::Low => Style::new().fg(Color::Blue),
            Severity::Informational => Style::new().fg(Color::DarkGray),
        }
    }

    fn filter(&self) -> String {
        match self.view.filter.as_str() {
            "" => String::new(),
            filter => format!(" with `{filter}`"),
        }
    }

    /// What is chosen, in full.
    fn details(&self, frame: &mut Frame<'_>, area: Rect) {
        let lines = match self.view.pane {
            Pane::Alerts => {
                self.view.shown().nth(self.view.chosen()).map(|it| self.alert_lines(it))
            }
            Pane::Incidents => self.view.incidents().get(self.view.chosen()).map(|it| {
                let own = self.view.shown().filter(|alert| alert.incident.as_ref() == Some(&it.id));
                self.list_lines(&it.id, own)
            }),
            Pane::Functions => self.view.functions().get(self.view.chosen()).map(|it| {
                let own =
                    self.view.shown().filter(|alert| alert.function.as_ref() == Some(&it.name));
                self.list_lines(&it.name, own)
            }),
        };
        let Some(lines) = lines else { return };
        let height = area.height.saturating_sub(2).clamp(1, 24);
        let inner = Rect {
            x: area.x + area.width.min(8) / 4,
            y: area.y + area.height.saturating_sub(height) / 2,
            width: area.width.saturating_sub(area.width.min(8) / 2),
            height,
        };
        frame.render_widget(Clear, inner);
        let block = Block::bordered().title(" details (Enter closes) ");
        frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }).block(block), inner);
    }

    fn alert_lines(&self, alert: &Alert) -> Vec<Line<'static>> {
        let techniques = alert.techniques.join(" ");
        let group: Vec<String> =
            alert.group.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let group = group.join(", ");
        let facts = [
            ("rule", alert.rule.as_str()),
            ("why", alert.explanation.as_deref().unwrap_or_default()),
            ("event", &alert.event_name),
            ("time", alert.time.as_deref().unwrap_or_default()),
            ("actor", alert.actor.as_deref().unwrap_or_default()),
            ("function", alert.function.as_deref().unwrap_or_default()),
            ("account", alert.account.as_deref().unwrap_or_default()),
            ("region", alert.region.as_deref().unwrap_or_default()),
            ("incident", alert.incident.as_deref().unwrap_or_default()),
            ("techniques", &techniques),
            ("group", &group),
            ("event id", alert.event_id.as_deref().unwrap_or_default()),
            ("rule id", &alert.rule_id),
            ("author", alert.author.as_deref().unwrap_or_default()),
        ];
        let mut lines = vec![Line::from(Span::styled(alert.level.word(), self.style(alert.level)))];
        for (name, value) in facts {
            if !value.is_empty() {
                lines.push(Line::from(format!("{name:<11}{}", shown(value))));
            }
        }
        lines
    }

    fn list_lines<'a>(
        &self,
        name: &str,
        alerts: impl Iterator<Item = &'a Alert>,
    ) -> Vec<Line<'static>> {
        let mut lines = vec![Line::from(shown(name).into_owned())];
        for alert in alerts.take(64) {
            let time = alert.time.as_deref().unwrap_or("no time");
            lines.push(Line::from(vec![
                Span::raw(format!("{} ", shown(time))),
                Span::styled(format!("{:<9}", alert.level.word()), self.style(alert.level)),
                Span::raw(shown(&alert.rule).into_owned()),
            ]));
        }
        lines
    }

    fn last_line(&self, frame: &mut Frame<'_>, area: Rect) {
        let text = if self.view.is_typing {
            format!("/{}▏ Enter keeps, Esc clears", self.view.filter)
        } else {
            let keys = "q quit  j/k move  Tab pane  Enter details  / filter  l level";
            format!("{keys}  {}", self.view.status)
        };
        frame.render_widget(Paragraph::new(shown(&text).into_owned()), area);
    }
}

/// A text with no character that a terminal obeys, of bounded length.
fn shown(text: &str) -> Cow<'_, str> {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    report::visible(text.get(..end).unwrap_or(text))
}

/// What of an ARN tells who: `assumed-role/orders/session` of a longer one.
fn short_actor(actor: &str) -> &str {
    if !actor.starts_with("arn:") {
        return actor;
    }
    actor.splitn(6, ':').nth(5).unwrap_or(actor)
}
