-- title: Addresses of principals
-- question: From how many addresses does each role or user call?
-- parameter least number 2: addresses from which a principal is told
-- parameter since day 0001-01-01: from this day on
-- parameter until day 9999-12-31: up to this day
SELECT
  principal,
  SUM(1) AS addresses,
  SUM(made) AS calls,
  MIN(first_time) AS first_time,
  MAX(last_time) AS last_time
FROM (
  SELECT principal, source_ip, SUM(1) AS made, MIN(time) AS first_time, MAX(time) AS last_time
  FROM (
    SELECT COALESCE(session_issuer_arn, actor_arn) AS principal, source_ip, time
    FROM events
    WHERE day BETWEEN :since AND :until
      AND source_ip IS NOT NULL
      AND source_ip NOT LIKE '%.amazonaws.com'
      AND source_ip <> 'AWS Internal'
  ) calls
  GROUP BY principal, source_ip
) pairs
GROUP BY principal
HAVING SUM(1) >= :least
ORDER BY addresses DESC, principal NULLS LAST
