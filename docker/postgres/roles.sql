-- Made from the table of processes (libs/launcher/src/processes.ts); a test fails when the two differ. Runs once, when the cluster is made.
\set ON_ERROR_STOP on
\getenv password_identity DATABASE_PASSWORD_IDENTITY
\getenv password_custody DATABASE_PASSWORD_CUSTODY
\getenv password_ledger_shanxi DATABASE_PASSWORD_LEDGER_SHANXI
\getenv password_ledger_jiangnan DATABASE_PASSWORD_LEDGER_JIANGNAN
\getenv password_ledger_lingnan DATABASE_PASSWORD_LEDGER_LINGNAN
\getenv password_settlement DATABASE_PASSWORD_SETTLEMENT
\getenv password_gateway DATABASE_PASSWORD_GATEWAY
\getenv password_auditor DATABASE_PASSWORD_AUDITOR
REVOKE ALL ON DATABASE huitong FROM PUBLIC;
CREATE ROLE auditor LOGIN PASSWORD :'password_auditor' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CONNECT ON DATABASE huitong TO auditor;
ALTER ROLE auditor SET default_transaction_read_only = on;
ALTER ROLE auditor SET statement_timeout = '120s';
CREATE ROLE identity LOGIN PASSWORD :'password_identity' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CONNECT, TEMPORARY ON DATABASE huitong TO identity;
ALTER ROLE identity SET search_path = identity;
ALTER ROLE identity SET statement_timeout = '30s';
ALTER ROLE identity SET lock_timeout = '5s';
ALTER ROLE identity SET idle_in_transaction_session_timeout = '15s';
GRANT identity TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS identity AUTHORIZATION identity;
GRANT USAGE ON SCHEMA identity TO auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA identity TO auditor;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA identity TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE identity IN SCHEMA identity GRANT SELECT ON TABLES TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE identity IN SCHEMA identity GRANT SELECT ON SEQUENCES TO auditor;
CREATE ROLE custody LOGIN PASSWORD :'password_custody' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CONNECT, TEMPORARY ON DATABASE huitong TO custody;
ALTER ROLE custody SET search_path = custody;
ALTER ROLE custody SET statement_timeout = '30s';
ALTER ROLE custody SET lock_timeout = '5s';
ALTER ROLE custody SET idle_in_transaction_session_timeout = '15s';
GRANT custody TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS custody AUTHORIZATION custody;
GRANT USAGE ON SCHEMA custody TO auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA custody TO auditor;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA custody TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE custody IN SCHEMA custody GRANT SELECT ON TABLES TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE custody IN SCHEMA custody GRANT SELECT ON SEQUENCES TO auditor;
CREATE ROLE ledger_shanxi LOGIN PASSWORD :'password_ledger_shanxi' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CONNECT, TEMPORARY ON DATABASE huitong TO ledger_shanxi;
ALTER ROLE ledger_shanxi SET search_path = ledger_shanxi;
ALTER ROLE ledger_shanxi SET statement_timeout = '30s';
ALTER ROLE ledger_shanxi SET lock_timeout = '5s';
ALTER ROLE ledger_shanxi SET idle_in_transaction_session_timeout = '15s';
GRANT ledger_shanxi TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS ledger_shanxi AUTHORIZATION ledger_shanxi;
GRANT USAGE ON SCHEMA ledger_shanxi TO auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger_shanxi TO auditor;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA ledger_shanxi TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE ledger_shanxi IN SCHEMA ledger_shanxi GRANT SELECT ON TABLES TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE ledger_shanxi IN SCHEMA ledger_shanxi GRANT SELECT ON SEQUENCES TO auditor;
CREATE ROLE ledger_jiangnan LOGIN PASSWORD :'password_ledger_jiangnan' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CONNECT, TEMPORARY ON DATABASE huitong TO ledger_jiangnan;
ALTER ROLE ledger_jiangnan SET search_path = ledger_jiangnan;
ALTER ROLE ledger_jiangnan SET statement_timeout = '30s';
ALTER ROLE ledger_jiangnan SET lock_timeout = '5s';
ALTER ROLE ledger_jiangnan SET idle_in_transaction_session_timeout = '15s';
GRANT ledger_jiangnan TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS ledger_jiangnan AUTHORIZATION ledger_jiangnan;
GRANT USAGE ON SCHEMA ledger_jiangnan TO auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger_jiangnan TO auditor;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA ledger_jiangnan TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE ledger_jiangnan IN SCHEMA ledger_jiangnan GRANT SELECT ON TABLES TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE ledger_jiangnan IN SCHEMA ledger_jiangnan GRANT SELECT ON SEQUENCES TO auditor;
CREATE ROLE ledger_lingnan LOGIN PASSWORD :'password_ledger_lingnan' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CONNECT, TEMPORARY ON DATABASE huitong TO ledger_lingnan;
ALTER ROLE ledger_lingnan SET search_path = ledger_lingnan;
ALTER ROLE ledger_lingnan SET statement_timeout = '30s';
ALTER ROLE ledger_lingnan SET lock_timeout = '5s';
ALTER ROLE ledger_lingnan SET idle_in_transaction_session_timeout = '15s';
GRANT ledger_lingnan TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS ledger_lingnan AUTHORIZATION ledger_lingnan;
GRANT USAGE ON SCHEMA ledger_lingnan TO auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger_lingnan TO auditor;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA ledger_lingnan TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE ledger_lingnan IN SCHEMA ledger_lingnan GRANT SELECT ON TABLES TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE ledger_lingnan IN SCHEMA ledger_lingnan GRANT SELECT ON SEQUENCES TO auditor;
CREATE ROLE settlement LOGIN PASSWORD :'password_settlement' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CONNECT, TEMPORARY ON DATABASE huitong TO settlement;
ALTER ROLE settlement SET search_path = settlement;
ALTER ROLE settlement SET statement_timeout = '30s';
ALTER ROLE settlement SET lock_timeout = '5s';
ALTER ROLE settlement SET idle_in_transaction_session_timeout = '15s';
GRANT settlement TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS settlement AUTHORIZATION settlement;
GRANT USAGE ON SCHEMA settlement TO auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA settlement TO auditor;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA settlement TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE settlement IN SCHEMA settlement GRANT SELECT ON TABLES TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE settlement IN SCHEMA settlement GRANT SELECT ON SEQUENCES TO auditor;
CREATE ROLE gateway LOGIN PASSWORD :'password_gateway' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CONNECT, TEMPORARY ON DATABASE huitong TO gateway;
ALTER ROLE gateway SET search_path = gateway;
ALTER ROLE gateway SET statement_timeout = '30s';
ALTER ROLE gateway SET lock_timeout = '5s';
ALTER ROLE gateway SET idle_in_transaction_session_timeout = '15s';
GRANT gateway TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS gateway AUTHORIZATION gateway;
GRANT USAGE ON SCHEMA gateway TO auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA gateway TO auditor;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA gateway TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE gateway IN SCHEMA gateway GRANT SELECT ON TABLES TO auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE gateway IN SCHEMA gateway GRANT SELECT ON SEQUENCES TO auditor;
