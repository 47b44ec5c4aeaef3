//! Texts that nobody wrote by hand.
