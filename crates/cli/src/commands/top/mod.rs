//! `faasguard top`

mod feed;
mod screen;

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    process::ExitCode,
};

use alert_view::{Colours, View, draw, frame_text};
use anyhow::bail;
use clap::Args;
use ratatui::{Terminal, backend::TestBackend};

use self::feed::{Feed, News};
use crate::output;

/// Columns and lines of a frame that is printed, when nothing says others.
const COLUMNS: u16 = 120;
const LINES: u16 = 40;

/// `top`
#[derive(Args, Debug)]
pub(crate) struct TopOptions {
    /// Alerts, a line each, as `trail detect --format jsonl` writes them; the file may grow; `-` is standard
    /// input
    #[arg(required_unless_present = "follow", conflicts_with = "follow")]
    pub(crate) file: Option<PathBuf>,
    /// Look for alerts below these folders, as `trail detect --follow` does
    #[arg(long, value_name = "DIR")]
    pub(crate) follow: Vec<PathBuf>,
    /// Files of Sigma rules, or folders with them, for --follow; may be given several times
    #[arg(long, value_name = "DIR", requires = "follow")]
    pub(crate) rules: Vec<PathBuf>,
    /// Without the rules and detectors that come with the program, for --follow
    #[arg(long, requires = "follow")]
    pub(crate) no_builtin: bool,
    /// Folder that keeps where --follow was
    #[arg(long, value_name = "DIR", requires = "follow")]
    pub(crate) state: Option<PathBuf>,
    /// Print one frame of what is there as text, and end
    #[arg(long)]
    pub(crate) once: bool,
    /// Columns of that frame; else those of `COLUMNS`, else 120
    #[arg(long, value_name = "COLUMNS", requires = "once", value_parser = clap::value_parser!(u16).range(10..=500))]
    pub(crate) columns: Option<u16>,
    /// Lines of that frame
    #[arg(long, value_name = "LINES", requires = "once", default_value_t = LINES, value_parser = clap::value_parser!(u16).range(5..=500))]
    pub(crate) lines: u16,
}

/// Runs the command.
pub(crate) fn run(options: &TopOptions) -> anyhow::Result<ExitCode> {
    if !options.once && !io::stdout().is_terminal() {
        bail!("standard output is no terminal; --once prints one frame as text");
    }
    let feed = Feed::start(options)?;
    let mut view = View::new();
    if options.once {
        let mut odd = 0;
        while let Some(news) = feed.wait() {
            take(&mut view, news, &mut odd);
        }
        output::print(&frame(&view, options))?;
        return Ok(ExitCode::SUCCESS);
    }
    let terminal = output::terminal(false);
    let colours = if terminal.colour { Colours::On } else { Colours::Off };
    screen::run(&mut view, &feed, colours)?;
    Ok(ExitCode::SUCCESS)
}

/// Takes in what came. `odd` counts lines that are no alerts.
fn take(view: &mut View, news: News, odd: &mut u64) {
    match news {
        News::Alert(alert) => view.add(*alert),
        News::Odd => {
            *odd += 1;
            view.say(format!("{odd} lines are no alerts"));
        }
        News::Said(words) => view.say(words),
    }
}

fn frame(view: &View, options: &TopOptions) -> String {
    let told = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    let columns = options.columns.or(told).unwrap_or(COLUMNS).clamp(10, 500);
    let Ok(mut terminal) = Terminal::new(TestBackend::new(columns, options.lines));
    let Ok(_) = terminal.draw(|frame| draw(view, Colours::Off, frame));
    frame_text(terminal.backend().buffer())
}
