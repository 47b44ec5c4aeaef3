//! Imports and exports.

use super::check;

#[test]
fn imports() {
    check(
        "a.mjs",
        &[
            ("import a, {b, c as d} from 'x'", "import default as a, b as b, c as d from x"),
            ("import a, * as b from 'x'", "import * as b from x\nimport default as a from x"),
            ("import 'x'; import {} from 'y'", "import effect from x\nimport effect from y"),
            ("const a = await import('x')", "a = await import(\"x\")"),
        ],
    );
    check(
        "a.ts",
        &[
            (
                "import type {A} from 'x'; import {type B} from 'y'",
                "import A as A from x\nimport B as B from y",
            ),
            ("import {type A, b} from 'x'", "import A as A, b as b from x"),
            ("import x = require('y'); import z = x.A", "import * as x from y\nz = x.A"),
        ],
    );
}

#[test]
fn exports() {
    check(
        "a.mjs",
        &[
            ("export const f = () => 1", "f = arrow f() {return 1}\nexport f = f"),
            (
                "export const {a, b: [c]} = d",
                "{\"a\": a, \"b\": [c]} = d\nexport a = a\nexport c = c",
            ),
            ("export function f() {}", "f = fn f() {}\nexport f = f"),
            ("export class A {}", "A = class A() {}\nexport A = A"),
            ("export default function f() {}", "f = fn f() {}\nexport default = f"),
            ("export default function () {}", "export default = fn default() {}"),
            ("export default () => 1", "export default = arrow default() {return 1}"),
            ("export default class {}", "export default = class default() {}"),
            (
                "const a = 1; export {a as b, a as default}",
                "a = 1\nexport b = a\nexport default = a",
            ),
            ("export * from './x'", "import * from ./x\nexport * = import(\"./x\")"),
            ("export * as y from './x'", "import * as y@2 from ./x\nexport y = y@2"),
            ("export {a as b} from './x'", "import a as a@2 from ./x\nexport b = a@2"),
        ],
    );
    check(
        "a.ts",
        &[
            ("export = f", "export = = f"),
            ("export type {A}; export type B = C; export interface D {}", ""),
            ("export enum E { A }", "E = {\"A\": 0}\nexport E = E"),
            (
                "export namespace N { export const a = 1 }",
                "block\na = 1\nN = {\"a\": a}\nexport N = N",
            ),
        ],
    );
}

#[test]
fn commonjs_is_ordinary() {
    check(
        "a.js",
        &[
            ("const {a} = require('x')", "{\"a\": a} = require(\"x\")"),
            ("module.exports.b = () => 1", "module.exports.b = arrow b() {return 1}"),
            ("with (a) { b }", "a\nb"),
            ("return 1", "return 1"),
        ],
    );
}
