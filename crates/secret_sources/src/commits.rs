//! Commits in an order in which none comes before one that was made of it, also within one second.

use std::collections::{HashMap, HashSet, VecDeque};

use gix::{ObjectId, revision::walk::Info};

/// Passes on a walk by time; of commits of the same second, as scripts make them, children come first.
/// `None` is a commit that cannot be read.
pub(crate) struct NewestFirst<'r, W> {
    walk: W,
    /// The first commit of another second.
    next: Option<Info<'r>>,
    ready: VecDeque<Option<Info<'r>>>,
}

impl<'r, W, E> NewestFirst<'r, W>
where
    W: Iterator<Item = Result<Info<'r>, E>>,
{
    pub(crate) fn new(walk: W) -> Self {
        Self { walk, next: None, ready: VecDeque::new() }
    }

    /// Takes all commits of the next second.
    fn refill(&mut self) {
        let mut group: Vec<Info<'r>> = self.next.take().into_iter().collect();
        for commit in self.walk.by_ref() {
            let Ok(commit) = commit else {
                self.ready.push_back(None);
                continue;
            };
            if group.first().is_some_and(|first| first.commit_time != commit.commit_time) {
                self.next = Some(commit);
                break;
            }
            group.push(commit);
        }
        self.ready.extend(children_first(group).into_iter().map(Some));
    }
}

impl<'r, W, E> Iterator for NewestFirst<'r, W>
where
    W: Iterator<Item = Result<Info<'r>, E>>,
{
    type Item = Option<Info<'r>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() {
            self.refill();
        }
        self.ready.pop_front()
    }
}

/// Puts commits behind all of their children among them.
fn children_first(group: Vec<Info<'_>>) -> Vec<Info<'_>> {
    if group.len() < 2 {
        return group;
    }
    let among: HashSet<ObjectId> = group.iter().map(|it| it.id).collect();
    let mut children: HashMap<ObjectId, usize> = HashMap::new();
    for parent in group.iter().flat_map(|it| &it.parent_ids).filter(|id| among.contains(*id)) {
        *children.entry(*parent).or_default() += 1;
    }
    let order: Vec<ObjectId> = group.iter().map(|it| it.id).collect();
    let mut waiting: HashMap<ObjectId, Info<'_>> =
        group.into_iter().map(|it| (it.id, it)).collect();
    let is_free = |id: &&ObjectId| !children.contains_key(*id);
    let mut free: VecDeque<ObjectId> = order.iter().filter(is_free).copied().collect();
    let mut sorted = Vec::with_capacity(waiting.len());
    while let Some(commit) = free.pop_front().and_then(|id| waiting.remove(&id)) {
        for parent in &commit.parent_ids {
            let Some(left) = children.get_mut(parent) else { continue };
            *left -= 1;
            if *left == 0 {
                free.push_back(*parent);
            }
        }
        sorted.push(commit);
    }
    // Ids are hashes of what they name: none can be its own ancestor. Whatever is left comes last.
    sorted.extend(order.iter().filter_map(|id| waiting.remove(id)));
    sorted
}
