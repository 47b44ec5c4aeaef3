-- One bucket: the moment when it will be full, in microseconds of the server's own clock, so that
-- replicas with other clocks agree. ARGV: microseconds between requests, requests at once.
-- Answers 0 when the request may pass and is counted, else the microseconds to wait.
if redis.replicate_commands then redis.replicate_commands() end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local interval = tonumber(ARGV[1])
local tolerance = interval * tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
if full_at < now then full_at = now end
-- A clock that was set back, or limits that were made smaller: never wait for more than a full bucket.
if full_at > now + tolerance then full_at = now + tolerance end
full_at = full_at + interval
local wait = full_at - now - tolerance
-- A quarter of a microsecond is what the number can still tell apart.
if wait > 0.5 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.2f', full_at), 'PX', math.ceil((full_at - now) / 1000) + 1)
return 0
