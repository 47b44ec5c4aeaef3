//! Filters of system calls, from a table of rules to instructions of classic BPF.
//!
//! The program looks the number of the call up by halves, so that a call costs at most some ten
//! instructions; most cost none, since the kernel remembers numbers that are always allowed.

use std::collections::BTreeMap;

use crate::kernel::Instruction;

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is made.
    Allow,
    /// It fails with this error and is not made.
    Fail(u16),
    /// The supervisor is asked.
    Ask,
}

/// What must hold for an argument (counted from 0). Where not said otherwise, its lower 32 bits
/// are looked at: those are all that the kernel reads of an `int`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// The argument is the value.
    Is(u8, u32),
    /// The masked argument is the value.
    Masked(u8, u32, u32),
    /// One of the bits is set.
    AnyBit(u8, u32),
    /// All 64 bits are this value.
    IsWide(u8, u64),
    /// One of all 64 bits is set: a pointer that is not null.
    IsSet(u8),
}

/// One rule: when all tests hold, the verdict. The first rule of a call that holds decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Number of the system call.
    pub(crate) call: i64,
    /// All must hold; none: always.
    pub(crate) tests: Vec<Test>,
    /// What happens then.
    pub(crate) verdict: Verdict,
}

impl Rule {
    pub(crate) fn new(call: i64, tests: &[Test], verdict: Verdict) -> Self {
        Self { call, tests: tests.to_vec(), verdict }
    }
}

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xC000_00B7;

/// Numbers from here on are the x32 interface of x86-64: other numbers for the same calls.
#[cfg(target_arch = "x86_64")]
const X32: u32 = 0x4000_0000;

const LOAD: u16 = 0x20;
const JUMP: u16 = 0x05;
const JUMP_EQUAL: u16 = 0x15;
const JUMP_AT_LEAST: u16 = 0x35;
const JUMP_ANY_BIT: u16 = 0x45;
const AND: u16 = 0x54;
const RETURN: u16 = 0x06;

const AT_NUMBER: u32 = 0;
const AT_ARCHITECTURE: u32 = 4;
const AT_ARGUMENTS: u32 = 16;

/// The program for `rules`. Calls of another interface of the processor (32-bit, x32) have other
/// numbers, so that no rule would know them: they do not exist (`ENOSYS`) when `is_whole`, and are
/// left to the other filter when not.
pub(crate) fn compile(rules: &[Rule], is_whole: bool) -> Vec<Instruction> {
    let mut by_call: BTreeMap<u32, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        if let Ok(number) = u32::try_from(rule.call) {
            by_call.entry(number).or_default().push(rule);
        }
    }
    let foreign = if is_whole { Verdict::Fail(errno(libc::ENOSYS)) } else { Verdict::Allow };
    let mut program = vec![
        load(AT_ARCHITECTURE),
        instruction(JUMP_EQUAL, 1, 0, ARCHITECTURE),
        give(foreign),
        load(AT_NUMBER),
    ];
    #[cfg(target_arch = "x86_64")]
    program.extend([instruction(JUMP_AT_LEAST, 0, 1, X32), give(foreign)]);
    let bodies: Vec<(u32, Vec<Instruction>)> =
        by_call.into_iter().map(|(number, rules)| (number, body(&rules))).collect();
    program.extend(tree(&bodies));
    program
}

/// The search for the number, which is in the accumulator, among sorted bodies.
fn tree(bodies: &[(u32, Vec<Instruction>)]) -> Vec<Instruction> {
    if bodies.len() <= 2 {
        let mut code = Vec::new();
        for (number, body) in bodies {
            code.push(instruction(JUMP_EQUAL, 1, 0, *number));
            code.push(jump(body.len()));
            code.extend_from_slice(body);
        }
        code.push(give(Verdict::Allow));
        return code;
    }
    let (low, high) = bodies.split_at(bodies.len() / 2);
    let from = high.first().map_or(0, |(number, _)| *number);
    let (low, high) = (tree(low), tree(high));
    let mut code = vec![instruction(JUMP_AT_LEAST, 0, 1, from), jump(low.len())];
    code.extend(low);
    code.extend(high);
    code
}

/// What is done once the number is found; ends with a verdict on every path.
fn body(rules: &[&Rule]) -> Vec<Instruction> {
    let mut code = Vec::new();
    for rule in rules {
        let mut tests: Vec<Vec<Instruction>> = Vec::new();
        // From the last test to the first: each knows how far it is to the next rule.
        let mut behind = 1;
        for test in rule.tests.iter().rev() {
            let test = check(*test, behind);
            behind += test.len();
            tests.push(test);
        }
        code.extend(tests.into_iter().rev().flatten());
        code.push(give(rule.verdict));
    }
    code.push(give(Verdict::Allow));
    code
}

/// One test; when it does not hold, the `behind` instructions after it are skipped.
fn check(test: Test, behind: usize) -> Vec<Instruction> {
    // A rule has few tests, each of at most four instructions.
    let skip = u8::try_from(behind).unwrap_or(u8::MAX);
    match test {
        Test::Is(argument, value) => {
            vec![load(low(argument)), instruction(JUMP_EQUAL, 0, skip, value)]
        }
        Test::Masked(argument, mask, value) => vec![
            load(low(argument)),
            instruction(AND, 0, 0, mask),
            instruction(JUMP_EQUAL, 0, skip, value),
        ],
        Test::AnyBit(argument, bits) => {
            vec![load(low(argument)), instruction(JUMP_ANY_BIT, 0, skip, bits)]
        }
        Test::IsWide(argument, value) => vec![
            load(low(argument)),
            instruction(JUMP_EQUAL, 0, skip.saturating_add(2), truncate(value)),
            load(low(argument) + 4),
            instruction(JUMP_EQUAL, 0, skip, truncate(value >> 32)),
        ],
        Test::IsSet(argument) => vec![
            load(low(argument)),
            instruction(JUMP_EQUAL, 0, 2, 0),
            load(low(argument) + 4),
            instruction(JUMP_EQUAL, skip, 0, 0),
        ],
    }
}

/// Offset of the lower half of an argument; both processors are little-endian.
fn low(argument: u8) -> u32 {
    AT_ARGUMENTS + 8 * u32::from(argument)
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is meant")]
fn truncate(value: u64) -> u32 {
    value as u32
}

fn load(offset: u32) -> Instruction {
    instruction(LOAD, 0, 0, offset)
}

fn jump(over: usize) -> Instruction {
    instruction(JUMP, 0, 0, u32::try_from(over).unwrap_or(u32::MAX))
}

fn give(verdict: Verdict) -> Instruction {
    let value = match verdict {
        Verdict::Allow => libc::SECCOMP_RET_ALLOW,
        Verdict::Fail(errno) => libc::SECCOMP_RET_ERRNO | u32::from(errno),
        Verdict::Ask => libc::SECCOMP_RET_USER_NOTIF,
    };
    instruction(RETURN, 0, 0, value)
}

fn instruction(code: u16, when_true: u8, when_false: u8, operand: u32) -> Instruction {
    Instruction { code, jt: when_true, jf: when_false, k: operand }
}

/// An error number as filters return it.
pub(crate) fn errno(number: i32) -> u16 {
    u16::try_from(number).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::{ARCHITECTURE, Instruction, Rule, Test, Verdict, compile};
    use proptest::prelude::*;

    /// Runs a program as the kernel does; `None` when it runs off its end.
    fn run(program: &[Instruction], arch: u32, number: u32, arguments: [u64; 6]) -> Option<u32> {
        let mut data = Vec::new();
        data.extend(number.to_le_bytes());
        data.extend(arch.to_le_bytes());
        data.extend([0; 8]);
        data.extend(arguments.iter().flat_map(|argument| argument.to_le_bytes()));
        let (mut at, mut accumulator) = (0_usize, 0_u32);
        loop {
            let step = program.get(at)?;
            at += 1;
            let pick = |holds: bool| usize::from(if holds { step.jt } else { step.jf });
            match step.code {
                super::LOAD => {
                    let from = usize::try_from(step.k).unwrap();
                    accumulator = u32::from_le_bytes(data[from..from + 4].try_into().unwrap());
                }
                super::AND => accumulator &= step.k,
                super::JUMP => at += usize::try_from(step.k).unwrap(),
                super::JUMP_EQUAL => at += pick(accumulator == step.k),
                super::JUMP_AT_LEAST => at += pick(accumulator >= step.k),
                super::JUMP_ANY_BIT => at += pick(accumulator & step.k != 0),
                super::RETURN => return Some(step.k),
                other => panic!("instruction {other:#x}"),
            }
        }
    }

    /// The meaning of the rules, without a program.
    fn decide(rules: &[Rule], number: u32, arguments: [u64; 6]) -> Verdict {
        let holds = |test: &Test| {
            let wide = |argument: u8| arguments[usize::from(argument)];
            let word = |argument: u8| super::truncate(wide(argument));
            match *test {
                Test::Is(argument, value) => word(argument) == value,
                Test::Masked(argument, mask, value) => word(argument) & mask == value,
                Test::AnyBit(argument, bits) => word(argument) & bits != 0,
                Test::IsWide(argument, value) => wide(argument) == value,
                Test::IsSet(argument) => wide(argument) != 0,
            }
        };
        let found = rules
            .iter()
            .find(|rule| rule.call == i64::from(number) && rule.tests.iter().all(holds));
        found.map_or(Verdict::Allow, |rule| rule.verdict)
    }

    fn value() -> impl Strategy<Value = u32> {
        prop_oneof![0_u32..4, Just(u32::MAX), any::<u32>()]
    }

    fn test() -> impl Strategy<Value = Test> {
        let argument = 0_u8..6;
        prop_oneof![
            (argument.clone(), value()).prop_map(|(a, v)| Test::Is(a, v)),
            (argument.clone(), value(), value()).prop_map(|(a, m, v)| Test::Masked(a, m, v & m)),
            (argument.clone(), value()).prop_map(|(a, v)| Test::AnyBit(a, v)),
            (argument.clone(), any::<u64>()).prop_map(|(a, v)| Test::IsWide(a, v)),
            (argument.clone(), 0_u64..3).prop_map(|(a, v)| Test::IsWide(a, v)),
            argument.prop_map(Test::IsSet),
        ]
    }

    fn rule() -> impl Strategy<Value = Rule> {
        let verdict = prop_oneof![
            Just(Verdict::Allow),
            Just(Verdict::Ask),
            (1_u16..200).prop_map(Verdict::Fail)
        ];
        (0_i64..40, prop::collection::vec(test(), 0..4), verdict)
            .prop_map(|(call, tests, verdict)| Rule { call, tests, verdict })
    }

    proptest! {
        #[test]
        fn a_program_decides_as_its_rules_do(
            rules in prop::collection::vec(rule(), 0..60),
            calls in prop::collection::vec((0_u32..45, prop::array::uniform6(prop_oneof![
                0_u64..4, value().prop_map(u64::from), any::<u64>()
            ])), 20),
        ) {
            let program = compile(&rules, true);
            prop_assert!(program.len() <= 4096);
            for (number, arguments) in calls {
                let expected = super::give(decide(&rules, number, arguments)).k;
                prop_assert_eq!(run(&program, ARCHITECTURE, number, arguments), Some(expected));
            }
        }
    }

    #[test]
    fn calls_of_another_interface_do_not_exist() {
        let program = compile(&[], true);
        let missing = Some(libc::SECCOMP_RET_ERRNO | u32::from(super::errno(libc::ENOSYS)));
        assert_eq!(run(&program, 0x4000_0003, 11, [0; 6]), missing);
        #[cfg(target_arch = "x86_64")]
        assert_eq!(run(&program, ARCHITECTURE, 0x4000_0000 + 59, [0; 6]), missing);
        assert_eq!(run(&program, ARCHITECTURE, 59, [0; 6]), Some(libc::SECCOMP_RET_ALLOW));
    }
}
