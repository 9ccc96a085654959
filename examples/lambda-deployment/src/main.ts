// cdk synth: templates of both kinds of account, without credentials.
import { App } from 'aws-cdk-lib';
import { deployment } from './deployment.ts';
import { readSettings } from './settings.ts';

const app = new App();
// -c settings=FILE; the example's accounts are nobody's.
const file = app.node.tryGetContext('settings') ?? 'settings.example.json';
deployment(app, readSettings(String(file)));
app.synth();
