//! The terminal: taken, drawn on, and given back however it ends.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use alert_view::{Colours, Key, Outcome, View, draw};
use anyhow::Context as _;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::feed::Feed;

/// How long is waited for a key before alerts are looked at again.
const TICK: Duration = Duration::from_millis(100);

/// Alerts that are taken in between two frames.
const MOST_AT_ONCE: usize = 5_000;

/// Shows the view until it is left.
pub(super) fn run(view: &mut View, feed: &Feed, colours: Colours) -> anyhow::Result<()> {
    let end = Arc::new(AtomicBool::new(false));
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&end))?;
    }
    // Takes care that a panic gives the terminal back before its words are printed.
    let mut terminal = ratatui::try_init().context("the terminal cannot be used")?;
    let result = show(&mut terminal, view, feed, colours, &end);
    ratatui::restore();
    result
}

fn show(
    terminal: &mut ratatui::DefaultTerminal,
    view: &mut View,
    feed: &Feed,
    colours: Colours,
    end: &AtomicBool,
) -> anyhow::Result<()> {
    let mut odd = 0;
    while !end.load(Ordering::Relaxed) {
        for _ in 0..MOST_AT_ONCE {
            let Some(news) = feed.take() else { break };
            super::take(view, news, &mut odd);
        }
        terminal.draw(|frame| draw(view, colours, frame))?;
        if !event::poll(TICK)? {
            continue;
        }
        // A size that changed is seen by the next frame.
        if let Event::Key(pressed) = event::read()?
            && pressed.kind != KeyEventKind::Release
        {
            if is_interrupt(pressed) {
                return Ok(());
            }
            if let Some(key) = key_of(pressed)
                && view.press(key) == Outcome::Quit
            {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Ctrl-C, which is a key while the terminal is ours.
fn is_interrupt(pressed: KeyEvent) -> bool {
    pressed.code == KeyCode::Char('c') && pressed.modifiers.contains(KeyModifiers::CONTROL)
}

fn key_of(pressed: KeyEvent) -> Option<Key> {
    Some(match pressed.code {
        KeyCode::Char(character) => Key::Character(character),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Tab => Key::Tab,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        _ => return None,
    })
}
