//! What is shown at the moment: replaced whole when files change.

use std::sync::{Arc, PoisonError, RwLock};

use dashboard_view::{Site, SourceLines};

/// The pages and the lines of files behind them.
pub struct State {
    site: RwLock<Arc<Site>>,
    source: Box<dyn SourceLines + Send + Sync>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("version", &self.site().version()).finish_non_exhaustive()
    }
}

impl State {
    /// The first state.
    #[must_use]
    pub fn new(site: Site, source: Box<dyn SourceLines + Send + Sync>) -> Self {
        Self { site: RwLock::new(Arc::new(site)), source }
    }

    /// The pages as they are now; who draws one is not disturbed by the next state.
    #[must_use]
    pub fn site(&self) -> Arc<Site> {
        Arc::clone(&self.site.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows another state from now on.
    pub fn replace(&self, site: Site) {
        *self.site.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(site);
    }

    pub(crate) fn source(&self) -> &dyn SourceLines {
        self.source.as_ref()
    }
}
