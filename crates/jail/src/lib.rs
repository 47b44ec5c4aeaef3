//! Files as text, below the folders that a user named and nowhere else: what a template or a package
//! names is read here, links followed, sizes bounded.

mod jail;
mod read;

pub use jail::Jail;
pub use read::{
    MAX_BYTES, Refusal, could_be_template, parent_of, read_text, read_text_up_to, text_of,
};
