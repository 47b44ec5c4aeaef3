//! What the engine logs, on standard error: warnings, and everything on request.

use log::{Level, LevelFilter, Log, Metadata, Record};

static MESSAGES: Messages = Messages;

struct Messages;

impl Log for Messages {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let level = match record.level() {
                Level::Error => "error",
                Level::Warn => "warning",
                Level::Info => "info",
                Level::Debug | Level::Trace => "debug",
            };
            eprintln!("{level}: {}", crate::visible(&record.args().to_string()));
        }
    }

    fn flush(&self) {}
}

/// Prints records of level warning and above from now on, and of level info when `verbose`.
pub(super) fn print(verbose: bool) {
    if log::set_logger(&MESSAGES).is_ok() {
        log::set_max_level(if verbose { LevelFilter::Info } else { LevelFilter::Warn });
    }
}
