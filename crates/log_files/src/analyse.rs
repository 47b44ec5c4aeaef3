//! What the logs of functions in many files say.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use event_files::FindError;
use guard_mask::Masker;
use lambda_log::function_of_path;
use log_analysis::{Analysis, Fold, Limits, Window};

use crate::read::{Totals, Work, find_logs, read_logs};

/// The name of a function that nothing names.
const UNKNOWN: &str = "unknown";

/// What to analyse.
#[derive(Clone, Debug, Default)]
pub struct AnalyseRequest {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Only this function; records that name none are of the function that the file's name speaks of.
    pub function: Option<String>,
    /// Only this part of time.
    pub window: Window,
    /// Bounds on one file.
    pub reading: lambda_log::Limits,
    /// Bounds on the result.
    pub limits: Limits,
    /// Files that are read at the same time; 0: as many as there are processors.
    pub workers: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Analysed {
    /// What the logs say.
    pub analysis: Analysis,
    /// Figures of the files, and what was not read.
    pub totals: Totals,
    /// Files below folders whose names are not those of logs.
    pub others: u64,
}

/// Analyses logs. `progress` gets the files done and their number, from any thread.
///
/// # Errors
/// [`FindError`] when a named path cannot be opened.
pub fn analyse(
    request: &AnalyseRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Analysed, FindError> {
    let found = find_logs(&request.paths)?;
    let masker = Arc::new(Masker::new(&[]));
    let mut analysis = Analysis::default();
    let begin = |path: &Path| {
        let name = path.to_string_lossy();
        Fold::new(&name, Arc::clone(&masker), request.limits, request.window)
    };
    let mut end = |path: &Path, fold: Fold| {
        let mut part = fold.finish(&function_of(path));
        if let Some(wanted) = &request.function {
            part.functions.retain(|name, _| name == wanted);
        }
        analysis.merge(part, &request.limits);
    };
    let mut work = Work { begin: &begin, add: &Fold::add, end: &mut end, progress };
    let mut totals = read_logs(&found.files, request.reading, request.workers, &mut work);
    totals.remarks.splice(0..0, found.remarks);
    Ok(Analysed { analysis, totals, others: found.others })
}

/// The function that the name of a file speaks of.
fn function_of(path: &Path) -> String {
    let is_input = path.as_os_str() == event_files::STANDARD_INPUT;
    let name = if is_input { None } else { function_of_path(&path.to_string_lossy()) };
    name.unwrap_or_else(|| UNKNOWN.to_owned())
}
