//! What is shown at the moment: replaced whole when files change.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError, RwLock},
    time::Duration,
};

use dashboard_view::{Site, SourceLines};

/// The pages and the lines of files behind them, and what the person before them wishes.
pub struct State {
    site: RwLock<Arc<Site>>,
    source: Box<dyn SourceLines + Send + Sync>,
    /// Whether the lake is to be asked again; several wishes before it is are one.
    wish: Mutex<bool>,
    wished: Condvar,
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
        let site = RwLock::new(Arc::new(site));
        Self { site, source, wish: Mutex::default(), wished: Condvar::default() }
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

    /// Waits for a wish that the lake be asked again, at most so long; gives whether there is one, and takes it.
    #[must_use]
    pub fn wish_within(&self, time: Duration) -> bool {
        let wish = self.wish.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.wished.wait_timeout_while(wish, time, |it| !*it);
        let (mut wish, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *wish)
    }

    pub(crate) fn wish(&self) {
        *self.wish.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.wished.notify_all();
    }

    pub(crate) fn source(&self) -> &dyn SourceLines {
        self.source.as_ref()
    }
}
