//! The walk through one account: questions, answers, and what follows from them, by several workers.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use snapshot_file::{Answer, NotLookedAt, PartRecord, Reason};

use crate::{
    client::Client,
    code::{self, CodeFolder},
    journal::{Journal, JournalError, Key, Known},
    lanes::{Lanes, Turn},
    now,
    question::{Question, first_questions, next_questions},
    redact,
    reply::{Fault, FaultKind},
    request::request_of,
    table::{Ask, Service, Table},
};

/// How often a question is asked that the service is too busy for, and one whose connection fails.
const MOST_THROTTLED: u32 = 10;
const MOST_FAILED: u32 = 5;
/// After how many things in a row for which an operation failed it is no longer tried again.
const MOST_IN_A_ROW: u32 = 3;
/// How often a report that is being made is looked after.
const MOST_POLLS: u32 = 240;
/// Pages of one list.
const MOST_PAGES: u32 = 20_000;
/// How often the progress is told.
const TICK: Duration = Duration::from_millis(200);

/// How the walk is done.
#[derive(Clone, Debug)]
pub struct WalkOptions {
    /// Only these services; all when empty.
    pub services: BTreeSet<String>,
    /// Requests a second of each service in each region; those of the table when none.
    pub rate: Option<f64>,
    /// Requests under way at the same time.
    pub workers: usize,
    /// Values of environment variables and the like are not written.
    pub no_values: bool,
    /// Where code goes; not fetched when none.
    pub code: Option<CodeFolder>,
}

/// What was done so far.
#[derive(Debug, Default)]
pub struct Counts {
    /// Requests that were sent.
    pub calls: AtomicU64,
    /// Answers that were written.
    pub answers: AtomicU64,
    /// Answers of an earlier run.
    pub resumed: AtomicU64,
    /// What was not looked at.
    pub gaps: AtomicU64,
    /// Requests that were refused for their number.
    pub throttled: AtomicU64,
    /// Packages of code that were fetched.
    pub code: AtomicU64,
}

impl Counts {
    fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

struct State {
    lanes: Lanes<Question>,
    asked: HashSet<Key>,
    /// Questions that wait or are under way.
    outstanding: usize,
    known: Known,
    fatal: Option<JournalError>,
    /// Operations that failed, time after time, and how often in a row.
    failing: HashMap<(usize, usize, Option<String>), u32>,
}

/// One account, and what is wanted of it.
pub(crate) struct Walk<'a> {
    pub(crate) table: &'a Table,
    pub(crate) client: &'a Client,
    pub(crate) account: &'a str,
    pub(crate) options: &'a WalkOptions,
    pub(crate) journal: &'a Mutex<Journal>,
    pub(crate) counts: &'a Counts,
}

struct Running<'a> {
    walk: &'a Walk<'a>,
    state: Mutex<State>,
    bell: Condvar,
}

impl Walk<'_> {
    /// Asks everything in these regions; `progress` is called now and then.
    pub(crate) fn run(
        &self,
        regions: &[String],
        progress: &dyn Fn(&Counts),
    ) -> Result<(), JournalError> {
        let known = lock(self.journal).known(self.account);
        let state = State {
            lanes: Lanes::new(),
            asked: HashSet::new(),
            outstanding: 0,
            known,
            fatal: None,
            failing: HashMap::new(),
        };
        let running = Running { walk: self, state: Mutex::new(state), bell: Condvar::new() };
        let first = first_questions(self.table, regions, &|it| self.wants(it));
        running.enqueue(&mut lock(&running.state), first);
        thread::scope(|scope| {
            for _ in 0..self.options.workers.max(1) {
                scope.spawn(|| {
                    let _ending = Ending(&running);
                    running.work();
                });
            }
            let mut state = lock(&running.state);
            while state.outstanding > 0 && state.fatal.is_none() {
                let waited = running.bell.wait_timeout(state, TICK);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                progress(self.counts);
            }
        });
        let state = running.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.fatal.map_or(Ok(()), Err)
    }

    fn wants(&self, service: &str) -> bool {
        self.options.services.is_empty() || self.options.services.contains(service)
    }

    fn rate(&self, service: &Service) -> f64 {
        self.options.rate.unwrap_or(service.rate).max(0.01)
    }
}

/// A worker that panics ends the walk: what it held would be waited for without end.
struct Ending<'a>(&'a Running<'a>);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&self.0.state).outstanding = 0;
            self.0.bell.notify_all();
        }
    }
}

impl Running<'_> {
    fn work(&self) {
        while let Some(mut question) = self.next() {
            let Some((service, ask)) = question.row(self.walk.table) else { continue };
            let plain = request_of(service, ask, &question.asked(ask, self.walk.account));
            Counts::add(&self.walk.counts.calls);
            let answer =
                self.walk.client.call(service, question.region.as_deref(), &plain, &ask.arrays);
            let row = (question.service, question.ask, question.region.clone());
            let outcome = match answer {
                Ok(page) => {
                    lock(&self.state).failing.remove(&row);
                    self.page(service, ask, &mut question, page)
                }
                Err(fault) => self.fault(service, ask, &question, fault),
            };
            let mut state = lock(&self.state);
            match outcome {
                Ok(Next::Done(more)) => {
                    self.enqueue(&mut state, more);
                    state.outstanding = state.outstanding.saturating_sub(1);
                }
                Ok(Next::Page) => {
                    let lane = question.lane(service);
                    state.lanes.went_well(&lane);
                    state.lanes.push_first(lane, self.walk.rate(service), Instant::now(), question);
                }
                Ok(Next::Later) => {
                    question.attempt += 1;
                    let lane = question.lane(service);
                    state.lanes.push(lane, self.walk.rate(service), Instant::now(), question);
                }
                Ok(Next::Again(fault)) => self.again(&mut state, service, question, &fault),
                Err(error) => state.fatal = Some(error),
            }
            drop(state);
            self.bell.notify_all();
        }
    }

    /// The next question, when its lane is ready; `None` at the end.
    fn next(&self) -> Option<Question> {
        let mut state = lock(&self.state);
        loop {
            if state.outstanding == 0 || state.fatal.is_some() {
                return None;
            }
            let now = Instant::now();
            let pause = match state.lanes.next(now) {
                Turn::Now(question) => return Some(question),
                Turn::At(moment) => moment.saturating_duration_since(now).min(TICK),
                Turn::Empty => TICK,
            };
            let waited = self.bell.wait_timeout(state, pause.max(Duration::from_millis(1)));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// A page came.
    fn page(
        &self,
        service: &Service,
        ask: &Ask,
        question: &mut Question,
        page: Value,
    ) -> Result<Next, JournalError> {
        if let Some((member, word)) = &ask.wait
            && page.get(member).and_then(Value::as_str) == Some(word)
        {
            if question.attempt < MOST_POLLS {
                return Ok(Next::Later);
            }
            let fault = Fault::new(FaultKind::Other, "NotReady", "the report was not made in time");
            return self.give_up(service, ask, question, &fault);
        }
        question.attempt = 0;
        match question.take_page(ask, page) {
            Ok(true) if question.pages < MOST_PAGES => Ok(Next::Page),
            Ok(false) => self.finish(service, ask, question),
            Ok(true) => {
                let fault = Fault::new(FaultKind::Other, "TooManyPages", "the list does not end");
                self.give_up(service, ask, question, &fault)
            }
            Err(words) => {
                let fault = Fault::new(FaultKind::Other, "SamePage", words);
                self.give_up(service, ask, question, &fault)
            }
        }
    }

    /// The last page came: the answer is written, then what follows from it is asked.
    fn finish(
        &self,
        service: &Service,
        ask: &Ask,
        question: &mut Question,
    ) -> Result<Next, JournalError> {
        let answer = question.merged.take().unwrap_or(Value::Null);
        if let Some(folder) = &self.walk.options.code
            && service.name == "lambda"
            && ask.name == "GetFunction"
        {
            self.fetch_code(folder, question, &answer)?;
        }
        let mut written = answer.clone();
        redact::drop_members(&mut written, &ask.drop);
        if self.walk.options.no_values {
            redact::hide_values(&mut written, &ask.values);
        }
        self.write_answer(service, ask, question, written)?;
        let wants = |it: &str| self.walk.wants(it);
        Ok(Next::Done(next_questions(self.walk.table, question, &answer, &wants)))
    }

    fn write_answer(
        &self,
        service: &Service,
        ask: &Ask,
        question: &Question,
        answer: Value,
    ) -> Result<(), JournalError> {
        let answer = Answer {
            service: service.name.clone(),
            operation: ask.name.clone(),
            region: question.region.clone(),
            of: question.of.clone(),
            at: now(),
            answer,
        };
        let account = self.walk.account.to_owned();
        lock(self.walk.journal).write(&PartRecord::Answer { account, answer })?;
        Counts::add(&self.walk.counts.answers);
        Ok(())
    }

    fn fault(
        &self,
        service: &Service,
        ask: &Ask,
        question: &Question,
        fault: Fault,
    ) -> Result<Next, JournalError> {
        if ask.none.contains(&fault.code) {
            self.write_answer(service, ask, question, Value::Null)?;
            return Ok(Next::Done(Vec::new()));
        }
        let row = (question.service, question.ask, question.region.clone());
        let most = match fault.kind {
            FaultKind::Throttled => MOST_THROTTLED,
            // What fails for everything is broken there: others are not to wait for it.
            _ if lock(&self.state).failing.get(&row).is_some_and(|it| *it >= MOST_IN_A_ROW) => 1,
            _ => MOST_FAILED,
        };
        if fault.may_pass() && question.attempt + 1 < most {
            return Ok(Next::Again(fault));
        }
        if fault.kind == FaultKind::Transient {
            *lock(&self.state).failing.entry(row).or_default() += 1;
        }
        self.give_up(service, ask, question, &fault)
    }

    fn again(&self, state: &mut State, service: &Service, mut question: Question, fault: &Fault) {
        question.attempt += 1;
        let lane = question.lane(service);
        let now = Instant::now();
        let is_throttled = fault.kind == FaultKind::Throttled;
        if is_throttled {
            Counts::add(&self.walk.counts.throttled);
        }
        if fault.kind != FaultKind::Expired {
            let asked = fault.retry_after_s;
            state.lanes.went_wrong(&lane, now, question.attempt, is_throttled, asked);
        }
        state.lanes.push_first(lane, self.walk.rate(service), now, question);
    }

    fn give_up(
        &self,
        service: &Service,
        ask: &Ask,
        question: &Question,
        fault: &Fault,
    ) -> Result<Next, JournalError> {
        let gap = NotLookedAt {
            account: self.walk.account.to_owned(),
            region: question.region.clone(),
            service: service.name.clone(),
            operation: Some(ask.name.clone()),
            of: question.of.clone(),
            reason: fault.reason(),
            message: fault.to_string(),
        };
        lock(self.walk.journal).write(&PartRecord::NotLookedAt(gap))?;
        Counts::add(&self.walk.counts.gaps);
        Ok(Next::Done(Vec::new()))
    }

    fn fetch_code(
        &self,
        folder: &CodeFolder,
        question: &Question,
        answer: &Value,
    ) -> Result<(), JournalError> {
        let Some(wanted) = code::wanted(answer) else { return Ok(()) };
        if lock(self.walk.journal).has_code(&wanted.function_arn) {
            return Ok(());
        }
        let region = question.region.as_deref().unwrap_or_default();
        let record = match code::fetch(self.walk.client, folder, self.walk.account, region, &wanted)
        {
            Ok(code) => {
                Counts::add(&self.walk.counts.code);
                PartRecord::Code(code)
            }
            Err((reason, message)) => {
                Counts::add(&self.walk.counts.gaps);
                PartRecord::NotLookedAt(NotLookedAt {
                    account: self.walk.account.to_owned(),
                    region: question.region.clone(),
                    service: "lambda".to_owned(),
                    operation: Some("Code".to_owned()),
                    of: question.of.clone(),
                    reason,
                    message,
                })
            }
        };
        lock(self.walk.journal).write(&record)
    }

    /// Lets questions wait that nobody asked; what an earlier run knows is not asked again, and what
    /// follows from it is looked at the same way.
    fn enqueue(&self, state: &mut State, mut questions: Vec<Question>) {
        let wants = |it: &str| self.walk.wants(it);
        while let Some(question) = questions.pop() {
            let Some((service, ask)) = question.row(self.walk.table) else { continue };
            let key = question.key(service, ask);
            if !state.asked.insert(key.clone()) {
                continue;
            }
            if let Some(answer) = state.known.answers.remove(&key)
                && !self.lacks_code(service, ask, &answer)
            {
                Counts::add(&self.walk.counts.resumed);
                questions.extend(next_questions(self.walk.table, &question, &answer, &wants));
                continue;
            }
            if state.known.gaps.get(&key).is_some_and(|it| *it != Reason::Throttled) {
                Counts::add(&self.walk.counts.resumed);
                Counts::add(&self.walk.counts.gaps);
                continue;
            }
            state.outstanding += 1;
            let (lane, rate) = (question.lane(service), self.walk.rate(service));
            state.lanes.push(lane, rate, Instant::now(), question);
        }
    }

    /// Whether the code of a function is wanted and was not fetched: its address is in no file.
    fn lacks_code(&self, service: &Service, ask: &Ask, answer: &Value) -> bool {
        self.walk.options.code.is_some()
            && service.name == "lambda"
            && ask.name == "GetFunction"
            && code::arn_of(answer).is_some_and(|arn| !lock(self.walk.journal).has_code(arn))
    }
}

enum Next {
    /// It is answered, or given up; this follows.
    Done(Vec<Question>),
    /// Its next page.
    Page,
    /// The report is not made yet.
    Later,
    /// Once more, after a pause.
    Again(Fault),
}

/// A fault of one worker must not end the others: what it held is whole after each step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
