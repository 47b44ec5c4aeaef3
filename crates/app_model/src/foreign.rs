//! Parts of an application that its author does not edit.

use source_text::{FileId, Place, SmolStr};

/// Files that others wrote (modules that were fetched, or what is known of them), and where the
/// author asks for what they say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreign {
    /// The files, in order.
    pub files: Vec<FileId>,
    /// What names of everything in a part begin with (`module.web.`), and the author's place.
    pub calls: Vec<(SmolStr, Place)>,
}

impl Foreign {
    /// The place that the author can edit: of something named `names` that stands at `place` in a
    /// foreign file, where it is asked for; any other place is its own.
    #[must_use]
    pub fn authored<'n>(&self, place: Place, mut names: impl Iterator<Item = &'n str>) -> Place {
        if self.files.binary_search(&place.file).is_err() {
            return place;
        }
        let of_name =
            |name: &str| self.calls.iter().find(|(prefix, _)| name.starts_with(&**prefix));
        let call = names.find_map(of_name).or_else(|| self.calls.first());
        call.map_or(place, |(_, place)| *place)
    }
}

#[cfg(test)]
mod tests {
    use source_text::{FileId, Place};

    use super::Foreign;

    fn line(file: u32, line: u32) -> Place {
        Place { file: FileId(file), line, column: 1, end_line: line, end_column: 2 }
    }

    #[test]
    fn what_others_wrote_is_placed_where_it_is_asked_for() {
        let calls = vec![("module.a.".into(), line(1, 3)), ("module.b[0].".into(), line(1, 9))];
        let foreign = Foreign { files: vec![FileId(7)], calls };
        let at = |place, name| foreign.authored(place, std::iter::once(name));
        assert_eq!(at(line(7, 100), "module.b[0].aws_sqs_queue.q"), line(1, 9));
        assert_eq!(at(line(7, 100), "module.bc.x"), line(1, 3), "nothing fits: the first call");
        assert_eq!(at(line(1, 4), "module.b[0].aws_sqs_queue.q"), line(1, 4), "the author's own");
        assert_eq!(Foreign::default().authored(line(7, 1), std::iter::empty()), line(7, 1));
    }
}
