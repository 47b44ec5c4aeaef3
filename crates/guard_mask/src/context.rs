//! Words that say what the number behind them is.

use crate::bytes::at;

/// What a word in front of a number says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    Phone,
    /// The number of an order, a ticket, a parcel: no telephone number.
    Order,
    Ssn,
    Aadhaar,
    GermanTax,
    Cpf,
    Bsn,
    Pesel,
    Sin,
    Tfn,
    Nhs,
    Passport,
}

/// The words. Those of up to four letters must stand alone; longer ones may be part of a name.
pub(crate) const WORDS: &[(&str, Context)] = &[
    ("phone", Context::Phone),
    ("mobile", Context::Phone),
    ("msisdn", Context::Phone),
    ("whatsapp", Context::Phone),
    ("telefon", Context::Phone),
    ("telephone", Context::Phone),
    ("cellular", Context::Phone),
    ("tel", Context::Phone),
    ("cell", Context::Phone),
    ("fax", Context::Phone),
    ("order", Context::Order),
    ("invoice", Context::Order),
    ("ticket", Context::Order),
    ("track", Context::Order),
    ("parcel", Context::Order),
    ("serial", Context::Order),
    ("build", Context::Order),
    ("version", Context::Order),
    ("sku", Context::Order),
    ("part", Context::Order),
    ("ref", Context::Order),
    ("isbn", Context::Order),
    ("port", Context::Order),
    ("pid", Context::Order),
    ("ssn", Context::Ssn),
    ("social security", Context::Ssn),
    ("social_security", Context::Ssn),
    ("socialsecurity", Context::Ssn),
    ("aadhaar", Context::Aadhaar),
    ("aadhar", Context::Aadhaar),
    ("uidai", Context::Aadhaar),
    ("steuer", Context::GermanTax),
    ("idnr", Context::GermanTax),
    ("tin", Context::GermanTax),
    ("taxid", Context::GermanTax),
    ("tax_id", Context::GermanTax),
    ("tax id", Context::GermanTax),
    ("cpf", Context::Cpf),
    ("bsn", Context::Bsn),
    ("burgerservice", Context::Bsn),
    ("sofinummer", Context::Bsn),
    ("pesel", Context::Pesel),
    ("sin", Context::Sin),
    ("social insurance", Context::Sin),
    ("tfn", Context::Tfn),
    ("tax file", Context::Tfn),
    ("nhs", Context::Nhs),
    ("passport", Context::Passport),
];

/// Longest distance from a word to its number, in bytes: `phoneNumber": "`, `number is: `.
const REACH: usize = 24;

/// Where in the line which words end, in order.
#[derive(Debug, Default)]
pub(crate) struct Contexts(Vec<(usize, Context)>);

impl Contexts {
    /// Takes a word that was found, if it stands as it must.
    pub(crate) fn add(&mut self, line: &[u8], start: usize, end: usize, context: Context) {
        let before = start.checked_sub(1).map_or(0, |place| at(line, place));
        let is_short = end - start <= 4;
        let is_alone = !before.is_ascii_alphabetic() && !at(line, end).is_ascii_lowercase();
        if !is_short || is_alone {
            self.0.push((end, context));
        }
    }

    /// Whether such a word ends at most [`REACH`] bytes before the place.
    pub(crate) fn near(&self, place: usize, context: Context) -> bool {
        let before = self.0.partition_point(|(end, _)| *end <= place);
        let near = self.0.get(..before).unwrap_or_default().iter().rev();
        near.take_while(|(end, _)| place - end <= REACH).any(|(_, found)| *found == context)
    }
}
