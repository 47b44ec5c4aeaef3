import { Controller, Get, Post, Body, Param, Query, Injectable, Headers, Req, Res, ExceptionFilter, Catch, ArgumentsHost, ParseIntPipe } from '@nestjs/common';
import { Request, Response } from 'express';
import { execSync } from 'child_process';
import { DataSource } from 'typeorm';
@Injectable()
export class Svc {
  constructor(private readonly ds: DataSource) {}
  async find(q: string) { await this.ds.query(`SELECT * FROM t WHERE a = '${q}'`); } // expect: sql attacker
  run(q: string) { return execSync('a ' + q); } // expect: command attacker
}
@Controller('x')
export class Ctl {
  constructor(private readonly svc: Svc) {}
  @Get() async list(@Query('q') q: string) { await this.svc.find(q); }
  @Post() make(@Body() dto: any) { this.svc.run(dto.x); return { ok: true, x: dto.x }; }
  @Get(':id') one(@Param('id', ParseIntPipe) id: number) { execSync('b ' + id); }
  @Get('y') raw(@Req() req: Request, @Res() res: Response, @Headers('x') h: string) {
    execSync(req.query.x); // expect: command attacker
    execSync(h); // expect: command attacker
    res.send('<b>' + req.query.x); // expect: html attacker
    res.json({ x: req.query.x });
  }
}
@Catch()
export class All implements ExceptionFilter {
  catch(exception: any, host: ArgumentsHost) {
    const res = host.switchToHttp().getResponse<Response>();
    res.status(500).json({ message: exception.message }); // expect: error platform
  }
}
