//! Frames: what stands in them, at any size, whatever the alerts say and whichever keys were pressed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use alert_form::Alert;
use alert_view::{Colours, Key, View, draw, frame_text};
use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend, style::Color};

fn alert(id: u32, rule: &str, level: &str, actor: &str) -> Alert {
    let line = serde_json::json!({
        "rule_id": "r", "rule": rule, "level": level, "event_id": id.to_string(),
        "time": format!("2026-01-31T10:{:02}:00Z", id % 60), "actor": actor,
        "account": "111122223333", "region": "eu-west-1", "event_name": "UpdateFunctionCode20150331v2",
        "function": "orders", "incident": "inc-1", "explanation": "eventName: UpdateFunctionCode",
    });
    Alert::parse(line.to_string().as_bytes()).unwrap()
}

fn view() -> View {
    let mut view = View::new();
    view.add(alert(1, "Code changed", "high", "arn:aws:iam::111122223333:user/ana"));
    view.add(alert(2, "Credentials used outside", "critical", "arn:aws:iam::111122223333:user/bo"));
    view
}

fn terminal(view: &View, colours: Colours, width: u16, height: u16) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(view, colours, frame)).unwrap();
    terminal
}

fn text(view: &View, width: u16, height: u16) -> String {
    frame_text(terminal(view, Colours::Off, width, height).backend().buffer())
}

#[test]
fn a_wide_frame_shows_alerts_incidents_and_functions() {
    let shown = text(&view(), 140, 24);
    let at = |words: &str| shown.find(words).unwrap_or_else(|| panic!("no `{words}` in\n{shown}"));
    assert!(at("Credentials used outside") < at("Code changed"), "newest first\n{shown}");
    for words in [
        " 2 alerts, 1 in the last minute",
        " 1 incidents ",
        " 1 functions,",
        "user/bo",
        "critical",
        "q quit",
    ] {
        at(words);
    }
}

#[test]
fn a_narrow_frame_shows_one_list_and_tab_turns() {
    let mut view = view();
    let shown = text(&view, 80, 24);
    assert!(shown.contains("alerts from informational on") && !shown.contains("functions,"));
    view.press(Key::Tab);
    view.press(Key::Tab);
    assert!(text(&view, 80, 24).contains("1 functions,"));
    view.press(Key::Tab);
    view.press(Key::Down);
    view.press(Key::Enter);
    let shown = text(&view, 80, 24);
    assert!(shown.contains("details") && shown.contains("rule       Code changed"), "{shown}");
    assert!(shown.contains("why        eventName: UpdateFunctionCode"), "{shown}");
}

#[test]
fn levels_have_colours_unless_nobody_wants_them() {
    let has_red = |colours| {
        let terminal = terminal(&view(), colours, 120, 24);
        terminal.backend().buffer().content.iter().any(|cell| cell.fg == Color::Red)
    };
    assert!(has_red(Colours::On) && !has_red(Colours::Off));
}

fn keys() -> impl Strategy<Value = Key> {
    prop_oneof![
        any::<char>().prop_map(Key::Character),
        prop::sample::select(vec!['/', 'l', 'j', 'k', 'g', 'G']).prop_map(Key::Character),
        prop::sample::select(vec![
            Key::Up,
            Key::Down,
            Key::PageUp,
            Key::PageDown,
            Key::Home,
            Key::End,
            Key::Tab,
            Key::Enter,
            Key::Escape,
            Key::Backspace,
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_frame_is_a_fault_or_holds_what_a_terminal_obeys(
        rules in proptest::collection::vec("[\u{1b}\u{7}\r\n\u{202e}\u{200b}\u{9b}a-z日\u{301}]{0,40}", 0..6),
        keys in proptest::collection::vec(keys(), 0..24),
        width in 1_u16..180,
        height in 1_u16..50,
    ) {
        let mut view = View::new();
        for (id, rule) in (0..).zip(&rules) {
            view.add(alert(id, rule, "high", rule));
        }
        view.say(rules.concat());
        for key in keys {
            view.press(key);
        }
        let terminal = terminal(&view, Colours::On, width, height);
        for cell in &terminal.backend().buffer().content {
            let is_odd = |it: char| it.is_control() || matches!(it, '\u{202e}' | '\u{200b}');
            prop_assert!(!cell.symbol().chars().any(is_odd), "{:?}", cell.symbol());
        }
    }
}
