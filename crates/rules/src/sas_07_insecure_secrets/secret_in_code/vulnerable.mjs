import { createHmac } from 'node:crypto';
import jwt from 'jsonwebtoken';

export const issue = (user) => jwt.sign({ user }, 'orders in the east'); // expect: SAS-7.18 `jsonwebtoken.sign` (as the key of a token) gets a text of the code: whoever reads the code or its package makes signatures that are taken for yours
export const sign = (text) => createHmac('sha256', 'orders in the west').update(text).digest('hex'); // expect: SAS-7.18 `crypto.createHmac` (as the key of an HMAC) gets a text of the code: whoever reads the code or its package makes signatures that are taken for yours
export const known = (user) => jwt.sign({ user }, process.env.SIGNING);
export const either = (user) => jwt.sign({ user }, process.env.SIGNING || 'orders in the south'); // expect: SAS-7.18 `jsonwebtoken.sign` (as the key of a token) gets a text of the code: whoever reads the code or its package makes signatures that are taken for yours
