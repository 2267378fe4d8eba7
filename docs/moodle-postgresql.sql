-- Moodle's course completions, one row per person and course: all of them, those of deleted accounts and of people
-- taken off a course too. For PostgreSQL; "mdl_" is the table prefix ($CFG->prefix), 'munkakor' the short name of the
-- profile field with the job. Needs SELECT on the nine tables named here, nothing else.
--
-- user_key: MD5 of the user name. Moodle renames a deleted account but keeps this digest as its e-mail address, so that
-- a person stays the same. It is hashed again, with a key of our own, before anything is written.
SELECT c.id AS course_id,
       c.shortname AS course_shortname,
       NULLIF(c.idnumber, '') AS course_idnumber,
       c.fullname AS course_name,
       to_timestamp(NULLIF(c.startdate, 0)) AS course_started_at,
       CASE WHEN u.deleted = 1 THEN u.email ELSE md5(u.username) END AS user_key,
       NULLIF(btrim(u.institution), '') AS institution,
       NULLIF(btrim(u.department), '') AS department,
       job.data AS job,
       to_timestamp(COALESCE(e.enrolled, NULLIF(cc.timeenrolled, 0))) AS enrolled_at,
       to_timestamp(NULLIF(cc.timestarted, 0)) AS started_at,
       to_timestamp(NULLIF(cc.timecompleted, 0)) AS completed_at,
       CASE WHEN COALESCE(cc.timecompleted, 0) = 0 AND e.active = 0 THEN to_timestamp(e.ended) END AS withdrawn_at,
       CASE WHEN COALESCE(cc.timecompleted, 0) > 0 THEN 'passed'
            WHEN COALESCE(e.active, 0) = 0 THEN 'withdrawn'
            ELSE 'in_progress' END AS result,
       CASE WHEN COALESCE(cc.timecompleted, 0) > 0 OR gg.finalgrade IS NOT NULL THEN 1 ELSE 0 END AS attempted,
       CASE WHEN gg.finalgrade > gi.grademax THEN 100
            ELSE round(100 * gg.finalgrade / NULLIF(gi.grademax, 0), 2) END AS score
  FROM mdl_course_completions cc
  JOIN mdl_course c ON c.id = cc.course
  JOIN mdl_user u ON u.id = cc.userid
  LEFT JOIN (SELECT en.courseid, ue.userid,
                    min(NULLIF(ue.timestart, 0)) AS enrolled,
                    max(CASE WHEN ue.status = 0 AND en.status = 0
                              AND (ue.timeend = 0 OR ue.timeend > extract(epoch FROM now())) THEN 1 ELSE 0 END) AS active,
                    max(CASE WHEN ue.timeend > 0 AND ue.timeend <= extract(epoch FROM now()) THEN ue.timeend
                             ELSE ue.timemodified END) AS ended
               FROM mdl_user_enrolments ue
               JOIN mdl_enrol en ON en.id = ue.enrolid
              GROUP BY en.courseid, ue.userid) e ON e.courseid = cc.course AND e.userid = cc.userid
  LEFT JOIN mdl_grade_items gi ON gi.courseid = cc.course AND gi.itemtype = 'course' AND gi.gradetype = 1
  LEFT JOIN mdl_grade_grades gg ON gg.itemid = gi.id AND gg.userid = cc.userid
  LEFT JOIN mdl_user_info_field f ON f.shortname = 'munkakor'
  LEFT JOIN mdl_user_info_data job ON job.fieldid = f.id AND job.userid = cc.userid
