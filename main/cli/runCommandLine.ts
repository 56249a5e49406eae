// From arguments to an exit code: finds the command, runs it, prints its fault.
import { faultOf } from '../../contract/fault.js';
import type { Command } from './command.js';
import { commandTable } from './commands/index.js';
import { printJson, printLine, type CommandContext } from './context.js';
import { CliError, exitCodeOf, exitCodes, type ExitCode } from './exitCode.js';
import { commandHelp, generalHelp } from './help.js';
import { parseArguments } from './parseArguments.js';

export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      printLine(context.out, generalHelp());
      return name === undefined ? exitCodes.usage : exitCodes.ok;
    }
    return await runCommand(name, await findCommand(name), rest, context);
  } catch (error) {
    return printFault(error, rest.includes('--json'), context);
  }
}

async function runCommand(
  name: string,
  command: Command,
  args: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const { positionals, options, help } = parseArguments(name, command, args);
  if (!help) return command.run(positionals, options, context);
  printLine(context.out, commandHelp(name, command));
  return exitCodes.ok;
}

async function findCommand(name: string): Promise<Command> {
  // The parser makes the values by the very table that types them, so a command may be handled without its own types.
  if (Object.hasOwn(commandTable, name)) return (await commandTable[name]!.load()) as Command;
  const names = Object.keys(commandTable).join(', ');
  throw new CliError('usage.arguments', `descent: '${name}' is no command. There are: ${names}.`);
}

function printFault(error: unknown, asJson: boolean, { out, err }: CommandContext): ExitCode {
  const fault = faultOf(error);
  if (asJson) printJson(out, { status: 'failed', ...fault });
  printLine(err, `Error: ${fault.message}`);
  // A defect of ours: without its trace it could not be found.
  if (fault.code === 'internal.error' && error instanceof Error) printLine(err, error.stack ?? '');
  return exitCodeOf(fault);
}
