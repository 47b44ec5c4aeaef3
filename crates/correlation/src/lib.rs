//! What several events together say.
