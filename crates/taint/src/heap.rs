//! Objects, and the journal that takes changes back.
//!
//! A branch runs on the one state there is; then its changes are taken off as a [`Changes`] and the
//! other branch runs on what stood before. Joining looks only at what either touched, so the cost of
//! a branch is that of its own work, not that of the state.

use std::rc::Rc;

use code_ir::SmolStr;
use rustc_hash::FxHashMap;
use taint_models::NameId;

use crate::value::{Cell, ClassRef, Key, Value};

/// Index of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ObjectId(pub(crate) u32);

/// An object.
#[derive(Clone, Debug)]
pub(crate) enum Object {
    /// Slots of a function's call.
    Frame(Vec<Value>),
    /// A sequence.
    List(List),
    /// A mapping, or the fields of an instance or module.
    Map(Map),
}

/// A sequence: exact members, then perhaps more.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    /// Members in order.
    pub(crate) items: Vec<Value>,
    /// Any further members, whose number and order are not known.
    pub(crate) rest: Option<Value>,
}

/// A mapping.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map {
    /// Entries under known keys.
    pub(crate) entries: Vec<(Key, Value)>,
    /// Whatever stands under keys that are not known.
    pub(crate) rest: Option<Value>,
    /// The class whose instance it is.
    pub(crate) class: Option<Rc<ClassRef>>,
    /// The type of a library whose instance it is.
    pub(crate) library: Option<NameId>,
    /// Whether absent keys are known to be absent.
    pub(crate) is_closed: bool,
    /// Whether nothing is known of a key that only one of two joined states has.
    pub(crate) forgets: bool,
}

/// Members that a list keeps apart, entries that a map keeps apart.
const EXACT: usize = 64;

impl List {
    /// All members as one.
    pub(crate) fn any(&self) -> Value {
        let mut values = self.items.iter().chain(&self.rest);
        let Some(first) = values.next() else { return Value::unknown() };
        values.fold(first.clone(), |all, value| all.or(value))
    }

    /// Adds a member at the end.
    pub(crate) fn push(&mut self, value: Value) {
        match &mut self.rest {
            Some(rest) => *rest = rest.or(&value),
            None if self.items.len() < EXACT => self.items.push(value),
            None => self.rest = Some(value),
        }
    }

    /// Forgets order and number.
    pub(crate) fn blur(&mut self) {
        if !self.items.is_empty() {
            self.rest = Some(self.any());
            self.items.clear();
        }
    }

    /// The member at an index; negative ones count from the end.
    pub(crate) fn at(&self, index: i64) -> Value {
        let length = i64::try_from(self.items.len()).unwrap_or(i64::MAX);
        let at = if index < 0 { index + length } else { index };
        let exact = (index >= 0 || self.rest.is_none())
            .then(|| usize::try_from(at).ok().and_then(|at| self.items.get(at)))
            .flatten();
        match (exact, &self.rest) {
            (Some(value), _) => value.clone(),
            (None, Some(_)) => self.any(),
            (None, None) => Value::unknown(),
        }
    }
}

impl Map {
    /// What stands under a key.
    pub(crate) fn get(&self, key: &Key) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Writes under a key.
    pub(crate) fn set(&mut self, key: Key, value: Value) {
        if let Some((_, slot)) = self.entries.iter_mut().find(|(known, _)| *known == key) {
            *slot = value;
        } else if self.entries.len() < EXACT {
            self.entries.push((key, value));
        } else {
            self.set_any(&value);
        }
    }

    /// Writes under a key that is not known: anything may now stand anywhere.
    pub(crate) fn set_any(&mut self, value: &Value) {
        for (_, slot) in &mut self.entries {
            *slot = slot.or(value);
        }
        self.rest = Some(self.rest.as_ref().map_or_else(|| value.clone(), |rest| rest.or(value)));
    }

    /// All values as one.
    pub(crate) fn any(&self) -> Value {
        let mut values = self.entries.iter().map(|(_, value)| value).chain(&self.rest);
        let Some(first) = values.next() else { return Value::unknown() };
        values.fold(first.clone(), |all, value| all.or(value))
    }
}

impl Object {
    fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Frame(a), Self::Frame(b)) => {
                Self::Frame(a.iter().zip(b).map(|(a, b)| join(a, b)).collect())
            }
            (Self::List(a), Self::List(b)) => Self::List(join_lists(a, b)),
            (Self::Map(a), Self::Map(b)) => Self::Map(join_maps(a, b)),
            // An object never changes its kind.
            _ => self.clone(),
        }
    }
}

fn join(a: &Value, b: &Value) -> Value {
    if a.is_same(b) { a.clone() } else { a.or(b) }
}

fn join_lists(a: &List, b: &List) -> List {
    if a.items.len() == b.items.len() {
        let rest = match (&a.rest, &b.rest) {
            (None, None) => None,
            (Some(rest), None) | (None, Some(rest)) => Some(rest.clone()),
            (Some(a), Some(b)) => Some(a.or(b)),
        };
        return List {
            items: a.items.iter().zip(&b.items).map(|(a, b)| join(a, b)).collect(),
            rest,
        };
    }
    let short = a.items.len().min(b.items.len());
    let mut rest: Option<Value> = None;
    for value in
        a.items.iter().skip(short).chain(&a.rest).chain(b.items.iter().skip(short)).chain(&b.rest)
    {
        rest = Some(rest.map_or_else(|| value.clone(), |all| all.or(value)));
    }
    List { items: a.items.iter().zip(&b.items).map(|(a, b)| join(a, b)).collect(), rest }
}

fn join_maps(a: &Map, b: &Map) -> Map {
    let mut entries = Vec::with_capacity(a.entries.len().max(b.entries.len()));
    for (key, value) in &a.entries {
        let joined = match (b.get(key), &b.rest) {
            (Some(other), _) => join(value, other),
            (None, Some(rest)) => value.or(rest),
            (None, None) if a.forgets => continue,
            (None, None) => value.clone(),
        };
        entries.push((key.clone(), joined));
    }
    for (key, value) in &b.entries {
        if a.get(key).is_none() && !a.forgets {
            let joined = a.rest.as_ref().map_or_else(|| value.clone(), |rest| value.or(rest));
            entries.push((key.clone(), joined));
        }
    }
    let rest = match (&a.rest, &b.rest) {
        (None, None) => None,
        (Some(rest), None) | (None, Some(rest)) => Some(rest.clone()),
        (Some(a), Some(b)) => Some(a.or(b)),
    };
    Map {
        entries,
        rest,
        class: a.class.clone(),
        library: a.library,
        is_closed: a.is_closed && b.is_closed,
        forgets: a.forgets,
    }
}

/// A point in the journal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    journal: usize,
    stamp: u32,
}

/// Objects as a piece of work left them.
pub(crate) type Changes = Vec<(ObjectId, Rc<Object>)>;

/// All objects of a run.
#[derive(Debug, Default)]
pub(crate) struct Heap {
    objects: Vec<Rc<Object>>,
    /// In which stretch of the journal an object was last saved.
    stamps: Vec<u32>,
    journal: Vec<(ObjectId, Rc<Object>, u32)>,
    /// Number of the stretch that is being written.
    current: u32,
    last_stamp: u32,
}

impl Heap {
    /// A new object.
    pub(crate) fn add(&mut self, object: Object) -> ObjectId {
        let id = ObjectId(u32::try_from(self.objects.len()).unwrap_or(u32::MAX));
        self.objects.push(Rc::new(object));
        self.stamps.push(self.current);
        id
    }

    /// A new mapping that other alternatives see, too: what one writes into it is taken off with it.
    pub(crate) fn add_lasting(&mut self, map: Map) -> ObjectId {
        let id = self.add(Object::Map(map));
        if let Some(stamp) = self.stamps.last_mut() {
            *stamp = 0;
        }
        id
    }

    /// Number of objects.
    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    /// The object behind an id.
    pub(crate) fn get(&self, id: ObjectId) -> Option<&Object> {
        self.objects.get(id.0 as usize).map(Rc::as_ref)
    }

    /// The same as a list.
    pub(crate) fn list(&self, id: ObjectId) -> Option<&List> {
        match self.get(id) {
            Some(Object::List(list)) => Some(list),
            _ => None,
        }
    }

    /// The same as a map.
    pub(crate) fn map(&self, id: ObjectId) -> Option<&Map> {
        match self.get(id) {
            Some(Object::Map(map)) => Some(map),
            _ => None,
        }
    }

    /// The object, to be changed.
    pub(crate) fn change(&mut self, id: ObjectId) -> Option<&mut Object> {
        let index = id.0 as usize;
        let stamp = *self.stamps.get(index)?;
        if stamp < self.current {
            self.journal.push((id, Rc::clone(self.objects.get(index)?), stamp));
            *self.stamps.get_mut(index)? = self.current;
        }
        self.objects.get_mut(index).map(Rc::make_mut)
    }

    /// The list, to be changed.
    pub(crate) fn change_list(&mut self, id: ObjectId) -> Option<&mut List> {
        self.list(id)?;
        match self.change(id) {
            Some(Object::List(list)) => Some(list),
            _ => None,
        }
    }

    /// The map, to be changed.
    pub(crate) fn change_map(&mut self, id: ObjectId) -> Option<&mut Map> {
        self.map(id)?;
        match self.change(id) {
            Some(Object::Map(map)) => Some(map),
            _ => None,
        }
    }

    /// What a cell holds.
    pub(crate) fn read(&self, cell: &Cell) -> Option<&Value> {
        match (self.get(cell.object)?, &cell.key) {
            (Object::Frame(slots), Key::Index(index)) => slots.get(usize::try_from(*index).ok()?),
            (Object::List(list), Key::Index(index)) => {
                list.items.get(usize::try_from(*index).ok()?)
            }
            (Object::Map(map), key) => map.get(key),
            _ => None,
        }
    }

    /// Writes a new entry of a mapping so that it stands there in every alternative.
    pub(crate) fn write_lasting(&mut self, cell: &Cell, value: &Value) {
        self.write(cell, value.clone());
        for (id, saved, _) in &mut self.journal {
            if *id == cell.object
                && let Object::Map(map) = Rc::make_mut(saved)
                && map.get(&cell.key).is_none()
            {
                map.set(cell.key.clone(), value.clone());
            }
        }
    }

    /// Writes a cell that is there.
    pub(crate) fn write(&mut self, cell: &Cell, value: Value) {
        match (self.change(cell.object), &cell.key) {
            (Some(Object::Frame(slots)), Key::Index(index)) => {
                if let Some(slot) = usize::try_from(*index).ok().and_then(|at| slots.get_mut(at)) {
                    *slot = value;
                }
            }
            (Some(Object::List(list)), Key::Index(index)) => {
                if let Some(slot) =
                    usize::try_from(*index).ok().and_then(|at| list.items.get_mut(at))
                {
                    *slot = value;
                }
            }
            (Some(Object::Map(map)), key) => map.set(key.clone(), value),
            _ => {}
        }
    }

    /// Begins a stretch whose changes can be taken off.
    pub(crate) fn mark(&mut self) -> Mark {
        let mark = Mark { journal: self.journal.len(), stamp: self.current };
        self.last_stamp += 1;
        self.current = self.last_stamp;
        mark
    }

    /// What has changed since a mark, without taking it off.
    pub(crate) fn changes_since(&self, mark: Mark) -> Changes {
        let mut ids: Vec<ObjectId> =
            self.journal.iter().skip(mark.journal).map(|(id, _, _)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter()
            .filter_map(|id| Some((id, Rc::clone(self.objects.get(id.0 as usize)?))))
            .collect()
    }

    /// Ends the stretch and takes its changes off.
    pub(crate) fn take_back(&mut self, mark: Mark) -> Changes {
        let changes = self.changes_since(mark);
        while self.journal.len() > mark.journal {
            let Some((id, object, stamp)) = self.journal.pop() else { break };
            let index = id.0 as usize;
            if let Some(slot) = self.objects.get_mut(index) {
                *slot = object;
            }
            if let Some(slot) = self.stamps.get_mut(index) {
                *slot = stamp;
            }
        }
        self.current = mark.stamp;
        changes
    }

    /// Ends the stretch and keeps its changes.
    pub(crate) fn keep(&mut self, mark: Mark) {
        self.current = mark.stamp;
    }

    /// Makes one state of the outcomes of alternatives, each a list of what it changed.
    pub(crate) fn merge(&mut self, outcomes: Vec<Changes>) {
        if outcomes.len() <= 1 {
            for (id, object) in outcomes.into_iter().flatten() {
                self.put(id, object);
            }
            return;
        }
        let count = outcomes.len();
        let mut touched: FxHashMap<ObjectId, Vec<Rc<Object>>> = FxHashMap::default();
        for (id, object) in outcomes.into_iter().flatten() {
            touched.entry(id).or_default().push(object);
        }
        let mut touched: Vec<_> = touched.into_iter().collect();
        touched.sort_unstable_by_key(|(id, _)| *id);
        for (id, mut versions) in touched {
            if versions.len() < count
                && let Some(before) = self.objects.get(id.0 as usize)
            {
                versions.push(Rc::clone(before));
            }
            let mut versions = versions.into_iter();
            let Some(first) = versions.next() else { continue };
            let joined = versions.fold(first, |all, version| {
                if Rc::ptr_eq(&all, &version) { all } else { Rc::new(all.or(&version)) }
            });
            self.put(id, joined);
        }
    }

    fn put(&mut self, id: ObjectId, object: Rc<Object>) {
        let index = id.0 as usize;
        let Some(stamp) = self.stamps.get(index).copied() else { return };
        if stamp < self.current
            && let Some(before) = self.objects.get(index)
        {
            self.journal.push((id, Rc::clone(before), stamp));
            if let Some(slot) = self.stamps.get_mut(index) {
                *slot = self.current;
            }
        }
        if let Some(slot) = self.objects.get_mut(index) {
            *slot = object;
        }
    }

    /// A new instance or mapping.
    pub(crate) fn add_map(&mut self, map: Map) -> ObjectId {
        self.add(Object::Map(map))
    }

    /// A new list of members.
    pub(crate) fn add_list(&mut self, items: Vec<Value>) -> ObjectId {
        let mut list = List::default();
        for item in items {
            list.push(item);
        }
        self.add(Object::List(list))
    }

    /// Writes a field of a map.
    pub(crate) fn set_field(&mut self, id: ObjectId, name: &str, value: Value) {
        if let Some(map) = self.change_map(id) {
            map.set(Key::Name(SmolStr::new(name)), value);
        }
    }
}
