namespace Wan.Control;

internal enum ControlVerb
{
    Set,
    Cut,
    Heal,
    Stats,

    /// <summary>End; the connection stays open until the process is gone, so that its end can be awaited.</summary>
    Down,
}
