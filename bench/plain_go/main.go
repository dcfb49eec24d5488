// The scrape of one company as an engineer would write it in Go: live statements, no authentication.
package main

import (
	"database/sql"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	_ "github.com/lib/pq"
)

const membersSQL = `SELECT c.slug, count(m.id), count(m.id) FILTER (WHERE m.is_enabled AND u.is_active),
	count(m.id) FILTER (WHERE u.is_staff), count(m.id) FILTER (WHERE m.role = 'owner' AND m.is_enabled),
	(SELECT count(*) FROM shellui_socialaccount a JOIN shellui_membership n ON n.user_id = a.user_id WHERE n.company_id = c.id),
	count(m.id) FILTER (WHERE m.last_seen_at >= $2), count(m.id) FILTER (WHERE m.last_seen_at >= $3),
	count(m.id) FILTER (WHERE m.last_seen_at >= $4)
	FROM shellui_company c LEFT JOIN shellui_membership m ON m.company_id = c.id LEFT JOIN shellui_user u ON u.id = m.user_id
	WHERE c.id = $1 GROUP BY c.id`
const tokensSQL = `SELECT read_only, count(*) FILTER (WHERE revoked_at IS NULL AND expires_at > now()),
	count(*) FILTER (WHERE revoked_at IS NULL AND expires_at <= now()), count(*) FILTER (WHERE revoked_at IS NOT NULL)
	FROM shellui_personalaccesstoken WHERE company_id = $1 GROUP BY read_only`
const loginsSQL = `SELECT provider, successes FROM shellui_logintally WHERE company_id = $1`

var gauges = [8]string{"users_total", "users_active", "users_staff", "owners", "social_accounts_total",
	"daily_active_users", "weekly_active_users", "monthly_active_users"}

func must[T any](value T, err error) T {
	if err != nil {
		log.Panic(err)
	}
	return value
}

func main() {
	listen := flag.String("listen", "127.0.0.1:8000", "where")
	flag.Parse()
	db := must(sql.Open("postgres", os.Getenv("DATABASE_URL")+"?sslmode=disable"))
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	members, tokens, logins := must(db.Prepare(membersSQL)), must(db.Prepare(tokensSQL)), must(db.Prepare(loginsSQL))
	company := os.Getenv("COMPANY_ID")
	http.HandleFunc("/api/v1/metrics", func(w http.ResponseWriter, _ *http.Request) {
		var out strings.Builder
		show := func(name, labels string, value int64) {
			fmt.Fprintf(&out, "# HELP shellui_auth_%[1]s %[1]s\n# TYPE shellui_auth_%[1]s gauge\nshellui_auth_%[1]s{company_id=%[2]q%[3]s} %[4]d\n", name, company, labels, value)
		}
		day := time.Now().UTC().Truncate(24 * time.Hour)
		week, month := day.AddDate(0, 0, -(int(day.Weekday())+6)%7), day.AddDate(0, 0, 1-day.Day())
		var slug string
		var n [8]int64
		row := members.QueryRow(company, day, week, month)
		must(0, row.Scan(&slug, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7]))
		show("company_info", fmt.Sprintf(",slug=%q", slug), 1)
		for i, name := range gauges {
			show("company_"+name, "", n[i])
		}
		rows := must(tokens.Query(company))
		defer rows.Close()
		for rows.Next() {
			var readOnly bool
			var states [3]int64
			must(0, rows.Scan(&readOnly, &states[0], &states[1], &states[2]))
			for i, state := range []string{"active", "expired", "revoked"} {
				show("company_personal_access_tokens", fmt.Sprintf(",state=%q,read_only=\"%t\"", state, readOnly), states[i])
			}
		}
		found := must(logins.Query(company))
		defer found.Close()
		for found.Next() {
			var provider string
			var successes int64
			must(0, found.Scan(&provider, &successes))
			show("successful_logins_total", fmt.Sprintf(",provider=%q", provider), successes)
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		fmt.Fprint(w, out.String())
	})
	log.Fatal(http.ListenAndServe(*listen, nil))
}
