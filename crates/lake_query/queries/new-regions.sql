-- title: Regions never used before
-- question: In which regions do accounts act for the first time from this day on?
-- parameter since day 2026-01-01: regions that are new from this day on; accounts that are new are left out
SELECT
  regions.account,
  regions.region,
  regions.first_time,
  regions.made
FROM (
  SELECT account, region, MIN(day) AS first_day, MIN(time) AS first_time, SUM(1) AS made
  FROM events
  WHERE day IS NOT NULL
  GROUP BY account, region
) regions
JOIN (
  SELECT account, MIN(day) AS first_day
  FROM events
  WHERE day IS NOT NULL
  GROUP BY account
) accounts ON accounts.account = regions.account
WHERE regions.first_day >= :since
  AND accounts.first_day < :since
ORDER BY regions.first_time, regions.account, regions.region NULLS LAST
