//! Prints what calls need: lines `service resource method` on standard input, `-` for no resource.
//! `echo 's3 Bucket objects.delete' | cargo run -p aws_operations --example needs`

#![expect(clippy::print_stdout, reason = "an example talks to its caller")]

use std::io;

use aws_operations::{Given, Surroundings, resolve};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let mut words = line.split_whitespace().map(|word| word.trim_start_matches('-'));
        let mut word = || words.next().unwrap_or_default();
        let (service, resource, method) = (word(), word(), word());
        let Some(steps) = resolve(service, resource, method) else {
            println!("{line}: not known");
            continue;
        };
        let given = |_: &str| Given::Perhaps;
        for step in steps {
            for need in step.operation.needs() {
                for filled in need.arns(Surroundings::default(), &given) {
                    println!("{line}: {} asks {} on {}", step.operation, need.action, filled.arn);
                }
            }
        }
    }
    Ok(())
}
